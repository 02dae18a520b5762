package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.websocket.SocketTimings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threats 24 and 27: floods and bombs over WebSocket. */
class SocketFloodTest {
    private static final int LIMIT = 64 * 1024;

    private static void assertBadMessage(RawWebSocket socket) throws Exception {
        assertEquals(4400.0, Json.parseObject(socket.nextText()).get("code"));
        assertEquals(4400, socket.awaitClose().closeCode());
    }

    private static byte[] message(int size) {
        byte[] bytes = new byte[size];
        byte[] json = "{\"type\":\"x\",\"y\":\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        java.util.Arrays.fill(bytes, (byte) 'a');
        System.arraycopy(json, 0, bytes, 0, json.length);
        bytes[size - 2] = '"';
        bytes[size - 1] = '}';
        return bytes;
    }

    @Test
    void shouldTakeAMessageOfExactlyTheLimitInManyFrames() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            byte[] message = message(LIMIT);
            int piece = 1_000;
            for (int at = 0; at < LIMIT; at += piece) {
                int end = Math.min(at + piece, LIMIT);
                socket.frame(
                        end == LIMIT,
                        at == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION,
                        java.util.Arrays.copyOfRange(message, at, end));
            }
            socket.text("{\"type\":\"offer\",\"sdp\":\"x\"}");
            assertEquals("answer", Json.parseObject(socket.nextText()).get("type"));
        }
    }

    @Test
    void shouldRefuseAMessageOverTheLimitInOneFrame() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.frame(true, RawWebSocket.TEXT, message(LIMIT + 1));
            assertBadMessage(socket);
        }
    }

    @Test
    void shouldRefuseAMessageOverTheLimitWhenItIsSplitIntoSmallFrames() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            for (int i = 0; i <= LIMIT / 512; i++) {
                socket.frame(false, i == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION, new byte[512]);
            }
            assertBadMessage(socket);
        }
    }

    @Test
    void shouldSayWhyWhileTheRestOfAHugeFrameIsStillOnItsWay() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.raw(RawWebSocket.header(true, RawWebSocket.TEXT, 100_000_000));
            socket.raw(new byte[LIMIT + 20_000]);
            assertEquals(4400.0, Json.parseObject(socket.nextText()).get("code"));
            assertEquals(4400, socket.next().closeCode());
        }
    }

    @Test
    void shouldCutAClientThatGoesOnSendingAfterItsRefusal() throws Exception {
        SocketTimings quick = new SocketTimings(
                Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(100));
        try (TestServer server = TestServer.with(quick);
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.raw(RawWebSocket.header(true, RawWebSocket.TEXT, 100_000_000));
            boolean cut = false;
            for (int sent = 0; sent < 100_000_000 && !cut; sent += LIMIT) {
                try {
                    socket.raw(new byte[LIMIT]);
                    Thread.onSpinWait();
                } catch (IOException e) {
                    cut = true;
                }
            }
            while (server.server.openSockets() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldRefuseBinaryFrames() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.frame(true, RawWebSocket.BINARY, new byte[] {1, 2, 3});
            assertBadMessage(socket);
        }
    }

    @Test
    void shouldCloseWhenTextIsNotUtf8() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.frame(true, RawWebSocket.TEXT, new byte[] {'{', (byte) 0xff, (byte) 0xfe, '}'});
            assertEquals(1007, socket.awaitClose().closeCode());
        }
    }

    @Test
    void shouldRefuseCompressedFramesBecauseNoExtensionWasAgreed() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket =
                        server.socket("/cam/webrtc/publish", "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertTrue(!socket.head.contains("permessage-deflate"), socket.head);
            socket.nextText();
            socket.frame(true, 0x40 | RawWebSocket.TEXT, new byte[] {1, 2, 3});
            assertEquals(1002, socket.awaitClose().closeCode());
        }
    }

    @Test
    void shouldRefuseAFloodOfMessages() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            for (int i = 0; i < 301; i++) {
                socket.text("{\"type\":\"candidate\"}");
            }
            assertEquals(4429.0, Json.parseObject(socket.nextText()).get("code"));
            assertEquals(4429, socket.awaitClose().closeCode());
        }
    }

    @Test
    void shouldCloseWhenPingsFlood() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            try {
                for (int i = 0; i < 2_000; i++) {
                    socket.frame(true, RawWebSocket.PING, new byte[125]);
                }
            } catch (IOException e) {
                // Closed while we flooded.
            }
            while (server.server.openSockets() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40})
    void shouldRefuseDeeplyNestedJson(int depth) throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.text("{\"type\":\"x\",\"y\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
            if (depth > 32) {
                assertBadMessage(socket);
            } else {
                socket.text("{\"type\":\"offer\",\"sdp\":\"x\"}");
                assertEquals("answer", Json.parseObject(socket.nextText()).get("type"));
            }
        }
    }

    @Test
    void shouldRefuseTheUpgradeByStatusWhenThereAreTooManyConnections() throws Exception {
        Limits few = new Limits(0, 5_000, 1_000, 3, 5_000, 4_096, 128);
        List<RawWebSocket> sockets = new ArrayList<>();
        try (TestServer server = new TestServer(TestServer.DECLARED, few, SocketTimings.DEFAULTS)) {
            for (int i = 0; i < 3; i++) {
                sockets.add(server.socket("/cam/webrtc/publish"));
                sockets.getLast().nextText();
            }
            boolean refused = false;
            try (RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
                refused = socket.statusLine.contains(" 503 ");
            } catch (IOException e) {
                refused = true;
            }
            assertTrue(refused);
            sockets.getFirst().close();
            while (server.server.openSockets() > 2) {
                Thread.onSpinWait();
            }
            try (RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
                assertTrue(socket.statusLine.contains(" 101 "));
            }
        } finally {
            for (RawWebSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
