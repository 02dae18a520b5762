package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Chromium agrees on retransmission, and what gets lost between it and the server is sent again. */
@ResourceLock("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChromiumRepairTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"video/VP8", "video/H264"})
    void shouldRepairWhatAPublisherLoses(String codec) throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("whipPublish('pub', '/s', { codec: '" + codec + "' })");
            int port = number(chromium.run("candidatePort('pub')"));
            chromium.run("stop('pub')");
            try (LossyRelay relay = new LossyRelay(port, 1)) {
                chromium.run("whipPublish('pub', '/t', { codec: '" + codec + "', relayPort: " + relay.port() + " })");
                chromium.run("whepPlay('play', '/t')");
                chromium.run("plays('play')");
                relay.lose(5);
                chromium.run("plays('play', { frames: 80 })");
                relay.lose(0);
                Map<String, Long> counters = server.engine().counters();
                assertTrue(counters.get("nacks_sent") > 0, counters.toString());
                assertTrue(counters.get("rtp_repaired") > 0, counters.toString());
                Map<String, Object> sent = chromium.run("repairs('pub')");
                assertTrue(((Number) sent.get("retransmitted")).longValue() > 0, sent.toString());
                Map<String, Object> received = chromium.run("repairs('play')");
                assertTrue(((Number) received.get("rtx")).longValue() > 0, "RTX was not agreed on: " + received);
                assertEquals(0L, received.get("lost"), "players do not see the publisher's loss: " + received);
            }
            chromium.run("(stop('play'), stop('pub'), 0)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wsPlay", "whepPlay"})
    void shouldSendAgainWhatAPlayerLoses(String play) throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("wsPublish('pub', '/s')");
            chromium.run("whepPlay('play', '/s')");
            int port = number(chromium.run("candidatePort('play')"));
            chromium.run("stop('play')");
            try (LossyRelay relay = new LossyRelay(port, 2)) {
                chromium.run(play + "('play', '/s', { relayPort: " + relay.port() + " })");
                chromium.run("plays('play')");
                relay.lose(5);
                chromium.run("plays('play', { frames: 80 })");
                relay.lose(0);
                Map<String, Long> counters = server.engine().counters();
                assertTrue(counters.get("rtp_resent") > 0, counters.toString());
                Map<String, Object> received = chromium.run("repairs('play')");
                assertTrue(((Number) received.get("nacks")).longValue() > 0, received.toString());
                assertTrue(((Number) received.get("retransmitted")).longValue() > 0, received.toString());
                assertTrue(((Number) received.get("rtx")).longValue() > 0, "RTX was not agreed on: " + received);
            }
            chromium.run("(stop('play'), stop('pub'), 0)");
        }
    }

    /** A quarter of its packets lost brings an estimate to 100 kbit/s within seconds, unless it may not. */
    @Test
    void shouldKeepAPublishersEstimateAtTheLeastBitrateOfItsStream(@TempDir Path folder) throws Exception {
        String streams =
                "streams { free { input = \"publish://\" }, kept { input = \"publish://\", min_bitrate = 1500 } }";
        try (RunningServer server = RunningServer.start(folder.resolve("sluice.conf"), streams)) {
            chromium.open(server.url() + "/-/health");
            int port = server.engine().mediaPorts().getFirst();
            try (LossyRelay relay = new LossyRelay(port, 3)) {
                for (String stream : new String[] {"free", "kept"}) {
                    chromium.run(
                            "whipPublish('" + stream + "', '/" + stream + "', { relayPort: " + relay.port() + " })");
                }
                relay.lose(25);
                chromium.run("waitFor('a low estimate', async () => await estimate('free') < 400_000)");
                int kept = number(chromium.run("estimate('kept')"));
                assertTrue(kept >= 1_500_000, kept + " bit/s");
            }
            chromium.run("(stop('free'), stop('kept'), 0)");
        }
    }

    private static int number(Map<String, Object> result) {
        return ((Number) result.get("value")).intValue();
    }
}
