package dev.sluice.signaling.clients;

import dev.sluice.signaling.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Chromium that publishes in layers, and the viewer's choice among them. */
@ResourceLock("browser")
class ChromiumLayersTest {
    private static final String PUBLISH = "wsPublish('pub', '/s', { codec: 'video/%s',"
            + " constraints: { audio: true, video: { width: 960, height: 540 } }, encodings:"
            + " [['q', 4], ['h', 2], ['f', 1]].map(([rid, by]) => ({ rid, scaleResolutionDownBy: by })) })";

    @ParameterizedTest
    @ValueSource(strings = {"VP8", "H264"})
    void shouldShowTheLayerThatTheViewerChooses(String codec) throws Exception {
        try (RunningServer server = RunningServer.start();
                Chromium chromium = Chromium.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run(PUBLISH.formatted(codec));
            chromium.run("flow('/s', 3)");
            chromium.run("wsPlay('player', '/s')");
            chromium.run("plays('player')");
            for (String choice : new String[] {"v3 240", "v1 960", "v2 480", "auto 960"}) {
                String[] words = choice.split(" ");
                chromium.run("(say('player', { type: 'select_tracks', tracks: '" + words[0] + "' }), 0)");
                chromium.run("shows('player', " + words[1] + ")");
            }
            chromium.run("plays('player', { frames: 40, audio: 40 })");
        }
    }

    @Test
    void shouldSendWhatTheUrlAsksForAndTellWhatIsSent() throws Exception {
        try (RunningServer server = RunningServer.start();
                Chromium chromium = Chromium.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run(PUBLISH.formatted("VP8"));
            chromium.run("flow('/s', 3)");
            chromium.run("wsPlay('player', '/s', { query: '?start_track=v3' })");
            chromium.run("shows('player', 240)");
            chromium.run("told('player', 'v3')");
        }
    }
}
