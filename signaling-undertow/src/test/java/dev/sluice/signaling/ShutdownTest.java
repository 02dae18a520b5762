package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.StreamRule;
import dev.sluice.signaling.config.StreamRules;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShutdownTest {

    @Test
    void shouldCloseWebSocketsWith1001ThenSessionsThenListeners() throws Exception {
        TestServer server = TestServer.with(new AccessConfig(
                false,
                StreamRules.of(List.of(
                        new StreamRule("cam", "", ""),
                        new StreamRule("a/b/c", "", ""),
                        new StreamRule("only-here", "", ""))),
                OriginRule.ANY,
                OriginRule.SAME,
                List.of()));
        try (RawWebSocket publisher = server.socket("/cam/webrtc/publish");
                RawWebSocket waiting = server.socket("/cam/webrtc?wait=1")) {
            publisher.nextText();
            publisher.text("{\"type\":\"offer\",\"sdp\":\"x\"}");
            publisher.nextText();
            publisher.nextText();
            server.offer("/a/b/c/whip", "offer");
            FakeSession first = server.engine.opened.poll(5, TimeUnit.SECONDS);
            FakeSession second = server.engine.opened.poll(5, TimeUnit.SECONDS);

            CompletableFuture<Void> closing = CompletableFuture.runAsync(server.server::close);
            RawWebSocket.Frame close = publisher.awaitClose();
            assertEquals(1001, close.closeCode());
            assertEquals(1001, waiting.awaitClose().closeCode());
            closing.get(5, TimeUnit.SECONDS);
            assertEquals(SessionEnd.SERVER_STOPPING, first.end.get(5, TimeUnit.SECONDS));
            assertEquals(SessionEnd.SERVER_STOPPING, second.end.get(5, TimeUnit.SECONDS));
            // By now the port may be another test's, which has no such stream, or answers everything with an error.
            try {
                assertNotEquals(201, server.offer("/only-here/whip", "offer").statusCode());
            } catch (IOException refused) {
                assertTrue(closing.isDone());
            }
        } finally {
            server.close();
        }
    }

    @Test
    void shouldStopInHalfASecondWhenIdle() throws Exception {
        TestServer server = new TestServer();
        server.get("/-/health");
        long startNs = System.nanoTime();
        server.server.close();
        assertTrue(System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(500));
        server.close();
    }

    @Test
    void shouldStopInTwoSecondsWhenAClientDoesNotAnswer() throws Exception {
        TestServer server = new TestServer();
        try (RawWebSocket silent = server.socket("/cam/webrtc/publish")) {
            silent.nextText();
            long startNs = System.nanoTime();
            server.server.close();
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(2));
        } finally {
            server.close();
        }
    }
}
