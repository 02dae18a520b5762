package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.websocket.SocketTimings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlaySocketTest {

    @Test
    void shouldWaitAMomentForAPublisherThatIsHereButNotLiveYet() throws Exception {
        try (TestServer server = new TestServer()) {
            server.offer("/cam/whip", "offer");
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                while (server.engine.watchers() == 0) {
                    Thread.onSpinWait();
                }
                server.engine.goLive("cam", 0);
                assertEquals("offer", Json.parseObject(socket.nextText()).get("type"));
            }
        }
    }

    @Test
    void shouldOfferWithConfigSessionAndMediaInfoWhenTheStreamIsLive() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("a/b/c", 0);
            try (RawWebSocket socket = server.socket("/a/b/c/webrtc?x=1")) {
                Map<String, Object> offer = Json.parseObject(socket.nextText());
                assertEquals("offer", offer.get("type"));
                assertEquals(FakeSession.ANSWER, offer.get("sdp"));
                assertEquals(Map.of("abr", true), offer.get("config"));
                assertEquals("session-1", offer.get("session_id"));
                List<?> tracks = (List<?>) ((Map<?, ?>) offer.get("media_info")).get("tracks");
                Map<?, ?> video = (Map<?, ?>) tracks.getFirst();
                assertEquals("v1", video.get("track_id"));
                assertEquals("video", video.get("content"));
                assertEquals(640.0, ((Map<?, ?>) video.get("params")).get("width"));

                socket.text("{\"type\":\"answer\",\"sdp\":\"the answer\"}");
                FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
                assertEquals("the answer", session.answers.poll(5, TimeUnit.SECONDS));
                Map<String, Object> info = Json.parseObject(socket.nextText());
                assertEquals("info", info.get("type"));
                assertEquals("v1", info.get("video_track_id"));
                assertEquals("a1", info.get("audio_track_id"));
            }
        }
    }

    @Test
    void shouldOfferAgainOnTheSameSocketWhenThePublisherSendsOtherTracks() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                socket.nextText();
                socket.text("{\"type\":\"answer\",\"sdp\":\"the answer\"}");
                FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
                assertEquals("the answer", session.answers.poll(5, TimeUnit.SECONDS));
                session.changeTracks("another offer");
                Map<String, Object> offer = Json.parseObject(socket.nextText());
                if ("info".equals(offer.get("type"))) { // of the first offer, which a slow server sends as late as now
                    offer = Json.parseObject(socket.nextText());
                }
                assertEquals("offer", offer.get("type"));
                assertEquals("another offer", offer.get("sdp"));
                assertEquals("session-1", offer.get("session_id"));
                socket.text("{\"type\":\"answer\",\"sdp\":\"another answer\"}");
                assertEquals("another answer", session.answers.poll(5, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void shouldSayWhenThePublisherIsAwayAndBack() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            server.offer("/cam/whip", "offer");
            FakeSession publisher = server.engine.opened.poll(5, TimeUnit.SECONDS);
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                socket.nextText();
                socket.text("{\"type\":\"answer\",\"sdp\":\"the answer\"}");
                assertEquals(true, Json.parseObject(socket.nextText()).get("published"));
                publisher.close();
                assertEquals(false, Json.parseObject(socket.nextText()).get("published"));
                server.offer("/cam/whip", "offer");
                assertEquals(true, Json.parseObject(socket.nextText()).get("published"));
            }
        }
    }

    @Test
    void shouldTakeSelectionsAndIgnoreCandidatesAndUnknownTypes() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                socket.nextText();
                socket.text("{\"type\":\"candidate\",\"stream_id\":\"local1\",\"label\":0,\"id\":\"0\",\"candidate\":"
                        + "{\"candidate\":\"\",\"sdpMid\":\"0\"}}");
                socket.text("{\"type\":\"select_tracks\",\"tracks\":\"v1a1\"}");
                socket.text("{\"type\":\"select_tracks\",\"tracks\":[\"auto\"]}");
                socket.text("{\"type\":\"whatever\",\"x\":[1,2,{\"y\":null}]}");
                socket.text("{\"no\":\"type\"}");
                socket.text("{\"type\":\"answer\",\"sdp\":\"the answer\",\"more\":true}");
                FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
                assertEquals("the answer", session.answers.poll(5, TimeUnit.SECONDS));
                assertEquals("[v1, a1]", session.selections.poll(5, TimeUnit.SECONDS));
                assertEquals("[]", session.selections.poll(5, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void shouldWaitForThePublisherWhenTheUrlSaysSo() throws Exception {
        try (TestServer server = new TestServer()) {
            try (RawWebSocket socket = server.socket("/cam/webrtc?wait=1&audio=0")) {
                while (server.engine.watchers() == 0) {
                    Thread.onSpinWait();
                }
                server.engine.goLive("cam", 0);
                assertEquals("offer", Json.parseObject(socket.nextText()).get("type"));
                assertEquals(new Wanted(false, true), server.engine.wanted.poll(5, TimeUnit.SECONDS));
                while (server.engine.watchers() > 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void shouldEndTheMediaWhenTheSocketCloses() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                socket.nextText();
                socket.frame(true, RawWebSocket.CLOSE, new byte[0]);
                FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
                assertEquals(SessionEnd.CLIENT_CLOSED, session.end.get(5, TimeUnit.SECONDS));
                assertEquals(RawWebSocket.CLOSE, socket.next().opcode());
                assertTrue(socket.awaitEnd());
            }
        }
    }

    @Test
    void shouldEndTheMediaWhenTheConnectionBreaks() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            FakeSession session;
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                socket.nextText();
                session = server.engine.opened.poll(5, TimeUnit.SECONDS);
                socket.socket().setSoLinger(true, 0);
            }
            assertEquals(SessionEnd.CLIENT_CLOSED, session.end.get(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldEndTheMediaWhenPingsStayUnanswered() throws Exception {
        SocketTimings quick = new SocketTimings(
                Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(1));
        try (TestServer server = TestServer.with(quick)) {
            server.engine.goLive("cam", 0);
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                socket.nextText();
                assertEquals(RawWebSocket.PING, socket.next().opcode());
                socket.frame(true, RawWebSocket.PONG, new byte[0]);
                FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
                assertEquals(SessionEnd.CLIENT_CLOSED, session.end.get(5, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void shouldCloseWhenNoAnswerComes() throws Exception {
        SocketTimings quick = new SocketTimings(
                Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(50), Duration.ofSeconds(1));
        try (TestServer server = TestServer.with(quick)) {
            server.engine.goLive("cam", 0);
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                socket.nextText();
                assertEquals(4400.0, Json.parseObject(socket.nextText()).get("code"));
                assertEquals(4400, socket.awaitClose().closeCode());
            }
        }
    }

    @Test
    void shouldSpeakWithJavasOwnWebSocketClientWhenItConnects() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            JavaSocket listener = new JavaSocket();
            java.net.http.WebSocket socket = server.client
                    .newWebSocketBuilder()
                    .buildAsync(java.net.URI.create("ws://" + server.authority() + "/cam/webrtc"), listener)
                    .get(5, TimeUnit.SECONDS);
            assertNotNull(listener.text.poll(5, TimeUnit.SECONDS));
            server.engine.opened.poll(5, TimeUnit.SECONDS).close(SessionEnd.STREAM_ENDED);
            String error = listener.text.poll(5, TimeUnit.SECONDS);
            assertEquals(4410.0, Json.parseObject(error).get("code"));
            assertEquals("4410 The stream has ended.", listener.closed.get(5, TimeUnit.SECONDS));
            assertTrue(socket.isInputClosed());
        }
    }
}
