package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Chromium publishes and plays, over both signallings. */
@ResourceLock("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChromiumPublishAndPlayTest {
    private Chromium chromium;

    @BeforeAll
    void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void shouldPlayOverWebSocketWhatIsPublishedOverWebSocket() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("wsPublish('pub', '/camera')");
            chromium.run("wsPlay('play', '/camera')");
            Map<String, Object> received = chromium.run("plays('play')");
            assertEquals(0L, received.get("lost"));
            chromium.run("(stop('play'), stop('pub'), 0)");
        }
    }

    @Test
    void shouldPlayOverWhepWhatIsPublishedOverWhip() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("whipPublish('pub', '/a/b/camera')");
            chromium.run("whepPlay('play', '/a/b/camera')");
            Map<String, Object> received = chromium.run("plays('play')");
            assertEquals(0L, received.get("lost"));
            chromium.run("(stop('play'), stop('pub'), 0)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl-ffm", "libsrtp-ffm", "libsrtp-jna", "jdk"})
    void shouldPublishAndPlayWithEachSrtpProvider(String provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, Duration.ofSeconds(2))) {
            assertEquals(provider, server.engine().srtp().option());
            chromium.open(server.url() + "/-/health");
            chromium.run("wsPublish('pub', '/s')");
            chromium.run("whepPlay('play', '/s')");
            chromium.run("plays('play')");
            chromium.run("(stop('play'), stop('pub'), 0)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"video/VP8", "video/VP9", "video/AV1", "video/H264"})
    void shouldCarryEachVideoCodecOfTheBrowser(String codec) throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("wsPublish('pub', '/s', { codec: '" + codec + "' })");
            chromium.run("wsPlay('ws', '/s')");
            chromium.run("whepPlay('whep', '/s')");
            for (String player : new String[] {"ws", "whep"}) {
                Map<String, Object> received = chromium.run("plays('" + player + "')");
                assertTrue(received.get("codecs").toString().contains(codec), received.toString());
            }
            chromium.run("(stop('ws'), stop('whep'), stop('pub'), 0)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"audio/opus", "audio/PCMU", "audio/PCMA", "audio/red"})
    void shouldCarrySoundAlone(String codec) throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("whipPublish('pub', '/s', { constraints: { audio: true }, codec: '" + codec + "' })");
            chromium.run("wsPlay('ws', '/s')");
            chromium.run("plays('ws', { frames: 0, audio: 50 })");
            chromium.run("(stop('ws'), stop('pub'), 0)");
        }
    }
}
