package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A real Chromium that knows of no UDP candidate, as behind a firewall that lets only TCP through. */
@ResourceLock("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChromiumTcpTest {
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
    void shouldPublishAndPlayOverTcpAlone() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("useTcpOnly(true)");
            chromium.run("wsPublish('pub', '/camera')");
            chromium.run("wsPlay('ws', '/camera')");
            chromium.run("whepPlay('whep', '/camera')");
            for (String player : new String[] {"ws", "whep"}) {
                Map<String, Object> received = chromium.run("plays('" + player + "')");
                assertEquals(0L, received.get("lost"));
                assertEquals("tcp", chromium.run("protocol('" + player + "')").get("value"));
            }
            assertEquals("tcp", chromium.run("protocol('pub')").get("value"));
            assertTrue(server.engine().counters().get("tcp_accepted") >= 3);
            chromium.run("(stop('ws'), stop('whep'), stop('pub'), 0)");
        }
    }

    @Test
    void shouldPlayOverTcpWhatIsPublishedOverUdpAndTheOtherWayRound() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("whipPublish('udp', '/u')");
            assertEquals("udp", chromium.run("protocol('udp')").get("value"));
            chromium.run("useTcpOnly(true)");
            chromium.run("whipPublish('tcp', '/t')");
            chromium.run("wsPlay('a', '/u')");
            chromium.run("plays('a')");
            chromium.run("useTcpOnly(false)");
            chromium.run("wsPlay('b', '/t')");
            chromium.run("plays('b')");
            assertEquals("tcp", chromium.run("protocol('a')").get("value"));
            assertEquals("udp", chromium.run("protocol('b')").get("value"));
            chromium.run("(stop('a'), stop('b'), stop('udp'), stop('tcp'), 0)");
        }
    }
}
