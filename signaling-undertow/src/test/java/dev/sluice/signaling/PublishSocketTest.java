package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.websocket.SocketTimings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PublishSocketTest {
    private static final String OFFER = "{\"type\":\"offer\",\"sdp\":\"the offer\"}";

    @Test
    void shouldSendConfigAtOnceThenAnswerAndOneCandidateWhenAnOfferComes() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            assertEquals(Map.of("type", "config", "config", Map.of()), Json.parseObject(socket.nextText()));
            socket.text(OFFER);
            assertEquals(Map.of("type", "answer", "sdp", FakeSession.ANSWER), Json.parseObject(socket.nextText()));
            Map<String, Object> candidate = Json.parseObject(socket.nextText());
            assertEquals("candidate", candidate.get("type"));
            assertEquals(
                    Map.of(
                            "candidate", "candidate:1 1 udp 2 192.0.2.1 7000 typ host",
                            "sdpMid", "0",
                            "sdpMLineIndex", 0.0),
                    candidate.get("candidate"));
            // The next message is the answer to the next offer: there was no second candidate.
            socket.text(OFFER);
            assertEquals("answer", Json.parseObject(socket.nextText()).get("type"));
            assertEquals(InetAddress.getLoopbackAddress(), server.engine.sources.poll(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldAnswerAnOfferThatComesBeforeTheConfigWasRead() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam//webrtc/publish?token=x")) {
            socket.text(OFFER);
            socket.nextText();
            assertEquals("answer", Json.parseObject(socket.nextText()).get("type"));
            assertEquals("cam", server.engine.opened.poll(5, TimeUnit.SECONDS).stream());
        }
    }

    @Test
    void shouldGiveALaterOfferToTheSameSessionWhenIceRestarts() throws Exception {
        try (TestServer server = new TestServer();
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.text(OFFER);
            socket.nextText();
            socket.nextText();
            socket.text(
                    "{\"type\":\"candidate\",\"candidate\":{\"candidate\":\"candidate:1 1 udp 1 x.local 9 typ host\"}}");
            socket.text("{\"type\":\"publish_error\",\"error\":{\"userAgent\":\"x\"}}");
            socket.text("{\"type\":\"offer\",\"sdp\":\"again\"}");
            assertEquals(
                    FakeSession.ANSWER + "a=again\r\n",
                    Json.parseObject(socket.nextText()).get("sdp"));
            FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
            assertEquals("again", session.offers.poll(5, TimeUnit.SECONDS));
            assertEquals(0, server.engine.opened.size());
        }
    }

    @Test
    void shouldCloseWhenNoOfferComes() throws Exception {
        SocketTimings quick = new SocketTimings(
                Duration.ofSeconds(10), Duration.ofMillis(50), Duration.ofSeconds(10), Duration.ofSeconds(1));
        try (TestServer server = TestServer.with(quick);
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            assertEquals(4400, socket.awaitClose().closeCode());
        }
    }

    @Test
    void shouldKeepTheSessionWhenTheOfferTimeoutPassesAfterAnOffer() throws Exception {
        SocketTimings quick = new SocketTimings(
                Duration.ofMillis(600), Duration.ofMillis(300), Duration.ofSeconds(10), Duration.ofSeconds(1));
        try (TestServer server = TestServer.with(quick);
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.text(OFFER);
            socket.nextText();
            socket.nextText();
            socket.nextText();
            assertEquals(RawWebSocket.PING, socket.next().opcode());
        }
    }

    @Test
    void shouldEndTheMediaWhenTheSocketCloses() throws Exception {
        try (TestServer server = new TestServer()) {
            try (RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
                socket.text(OFFER);
                socket.nextText();
                socket.nextText();
            }
            FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
            assertEquals(SessionEnd.CLIENT_CLOSED, session.end.get(5, TimeUnit.SECONDS));
        }
    }
}
