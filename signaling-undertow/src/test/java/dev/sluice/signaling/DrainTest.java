package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.json.Json;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that empties itself, as its clients and its operator see it. */
class DrainTest {
    private static final String LONG = "\"seconds\":3600";
    private static final String TO = "\"to\":\"http://192.0.2.9:8080\"";

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        server.engine.goLive("cam", 1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return server.method("POST", "/-/drain", body, "Content-Type", "application/json");
    }

    private void drain(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertEquals(202, response.statusCode(), response.body());
        assertEquals("draining", Json.parseObject(response.body()).get("state"));
    }

    private Object progress(String field) throws Exception {
        return Json.parseObject(server.get("/-/drain").body()).get(field);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private void awaitEnd() throws Exception {
        server.server.drained().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private RawWebSocket publish() throws Exception {
        RawWebSocket publisher = server.socket("/cam/webrtc/publish");
        publisher.nextText();
        publisher.text("{\"type\":\"offer\",\"sdp\":\"x\"}");
        assertEquals("answer", type(publisher));
        assertEquals("candidate", type(publisher));
        return publisher;
    }

    private RawWebSocket play() throws Exception {
        RawWebSocket player = server.socket("/cam/webrtc");
        assertEquals("offer", type(player));
        player.text("{\"type\":\"answer\",\"sdp\":\"x\"}");
        return player;
    }

    private static String type(RawWebSocket socket) throws Exception {
        return (String) Json.parseObject(socket.nextText()).get("type");
    }

    /** The next message that is no report of tracks. */
    private static Map<String, Object> told(RawWebSocket socket) throws Exception {
        for (Map<String, Object> message = Json.parseObject(socket.nextText());
                ;
                message = Json.parseObject(socket.nextText())) {
            if (!"info".equals(message.get("type"))) {
                return message;
            }
        }
    }

    private static void assertSentTo(String url, RawWebSocket socket) throws Exception {
        Map<String, Object> message = told(socket);
        assertEquals("reconnect", message.get("type"));
        assertEquals(url, message.get("url"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cam/whip", "/cam/whep", "/cam/whap"})
    void shouldTurnNewOffersAwayWhenThereIsNoOtherServer(String path) throws Exception {
        server.offer("/cam/whip", "offer");
        drain("{" + LONG + "}");
        HttpResponse<String> response = server.offer(path, "offer");
        assertEquals(503, response.statusCode());
        assertTrue(response.headers().firstValueAsLong("Retry-After").orElse(0) > 0);
        assertTrue(response.body().contains("draining"), response.body());
    }

    @Test
    void shouldTurnNewSocketsAndQuestionsForTracksAwayWhenThereIsNoOtherServer() throws Exception {
        server.offer("/cam/whip", "offer");
        drain("{" + LONG + "}");
        assertEquals(503, server.get("/cam/media_info.json").statusCode());
        try (RawWebSocket socket = server.socket("/cam/webrtc")) {
            assertTrue(socket.statusLine.contains(" 503 "), socket.statusLine);
            assertTrue(socket.head.contains("Retry-After"), socket.head);
        }
        assertEquals(200, server.get("/-/health").statusCode());
        assertEquals(List.of("The server drains."), server.server.readiness().reasons());
    }

    @Test
    void shouldRedirectNewOffersWithTheirQuery() throws Exception {
        server.offer("/cam/whip", "offer");
        drain("{" + LONG + "," + TO + "}");
        for (String path : List.of("/studio/one/whip", "/studio/one/whep?password=p%26q&audio=0")) {
            HttpResponse<String> response = server.offer(path, "offer");
            assertEquals(307, response.statusCode());
            assertEquals(
                    "http://192.0.2.9:8080" + path,
                    response.headers().firstValue("Location").orElse(""));
            assertTrue(response.headers()
                    .firstValue("Access-Control-Expose-Headers")
                    .isPresent());
        }
        HttpResponse<String> info = server.get("/cam/media_info.json?x=1");
        assertEquals(307, info.statusCode());
        assertEquals(
                "http://192.0.2.9:8080/cam/media_info.json?x=1",
                info.headers().firstValue("Location").orElse(""));
        assertEquals(404, server.offer("/undeclared/whip", "offer").statusCode());
    }

    @Test
    void shouldGoOnWithIceRestartsOfSessionsThatAreHere() throws Exception {
        String offer = "v=0\r\no=- 42 1 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AA\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n";
        server.offer("/cam/whip", offer);
        drain("{" + LONG + "," + TO + "}");
        assertEquals(
                201,
                server.offer("/cam/whip", offer.replace("ufrag:u", "ufrag:v").replace("42 1", "42 2"))
                        .statusCode());
        assertEquals(
                307, server.offer("/cam/whip", offer.replace("- 42", "- 43")).statusCode());
    }

    @Test
    void shouldTellNewSocketsWhereToGo() throws Exception {
        server.offer("/cam/whip", "offer");
        drain("{" + LONG + "," + TO + "}");
        for (String path : List.of("/cam/webrtc", "/cam/webrtc?wait=1", "/cam/webrtc/publish")) {
            try (RawWebSocket socket = server.socket(path)) {
                Map<String, Object> message = told(socket);
                assertEquals("http://192.0.2.9:8080/cam", message.get("url"));
                // Clients of 20.4.1 and later read it unguarded in the first message.
                assertEquals(Map.of(), message.get("config"));
                assertEquals(1001, socket.awaitClose().closeCode());
            }
        }
        try (RawWebSocket socket = server.socket("/undeclared/webrtc")) {
            assertEquals(4404, socket.awaitClose().closeCode());
        }
    }

    @Test
    void shouldAskThePublisherFirstAndItsPlayersWhenItHasMoved() throws Exception {
        try (RawWebSocket publisher = publish();
                RawWebSocket player = play()) {
            drain("{" + LONG + "," + TO + "}");
            assertSentTo("http://192.0.2.9:8080/cam", publisher);
            assertEquals(1.0, progress("publishers"));
            assertEquals(1.0, progress("players"));
            publisher.text("{\"type\":\"moved\"}");
            assertSentTo("http://192.0.2.9:8080/cam", player);
            player.close();
            server.engine.goLive("cam", 0);
            assertEquals(1000, publisher.awaitClose().closeCode());
            awaitEnd();
            assertEquals("over", progress("state"));
        }
    }

    @Test
    void shouldAskPlayersAtHalfTimeWhenThePublisherStays() throws Exception {
        try (RawWebSocket publisher = publish();
                RawWebSocket player = play()) {
            drain("{\"seconds\":4," + TO + "}");
            assertSentTo("http://192.0.2.9:8080/cam", publisher);
            assertSentTo("http://192.0.2.9:8080/cam", player);
            // Near the end all are let go, and who asks again hears where to go.
            assertEquals(1001, player.awaitClose().closeCode());
            assertEquals(1001, publisher.awaitClose().closeCode());
            awaitEnd();
        }
    }

    @Test
    void shouldTellWhepPlayersByAnEvent() throws Exception {
        server.offer("/cam/whep", "offer");
        HttpResponse<String> events = server.method(
                "POST", "/cam/whep/session-1/events", "[\"reconnect\"]", "Content-Type", "application/json");
        String location = events.headers().firstValue("Location").orElseThrow();
        HttpResponse<InputStream> stream =
                server.client.send(server.request(location).build(), HttpResponse.BodyHandlers.ofInputStream());
        drain("{" + LONG + "," + TO + "}");
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
        String data = lines.lines()
                .filter(line -> line.startsWith("data:"))
                .findFirst()
                .orElse("");
        assertEquals(
                "{\"url\":\"http://192.0.2.9:8080/cam/whep\"}",
                data.substring(5).strip());
    }

    @Test
    void shouldLetThoseStayWhoHaveNowhereToGoUntilTimeIsUp() throws Exception {
        try (RawWebSocket player = play()) {
            FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
            drain("{\"seconds\":0.5}");
            awaitEnd();
            assertFalse(session.end.isDone());
            server.server.close();
            assertEquals(1001, player.awaitClose().closeCode());
        }
    }

    @Test
    void shouldLetGoOfSocketsWithoutMediaAtOnce() throws Exception {
        try (RawWebSocket waiting = server.socket("/studio/one/webrtc?wait=1");
                RawWebSocket undecided = server.socket("/cam/webrtc/publish")) {
            undecided.nextText();
            await(() -> server.server.openSockets() == 2);
            drain("{" + LONG + "}");
            assertEquals(1001, waiting.awaitClose().closeCode());
            assertEquals(1001, undecided.awaitClose().closeCode());
            awaitEnd();
        }
    }

    @Test
    void shouldBeOverAtOnceWhenNobodyIsThere() throws Exception {
        assertEquals(202, post("").statusCode());
        awaitEnd();
        assertEquals("over", progress("state"));
    }

    @Test
    void shouldTakeSessionsAgainWhenCancelled() throws Exception {
        try (RawWebSocket publisher = publish()) {
            drain("{" + LONG + "," + TO + "}");
            assertSentTo("http://192.0.2.9:8080/cam", publisher);
            HttpResponse<String> cancelled = server.method("DELETE", "/-/drain", "");
            assertEquals(200, cancelled.statusCode());
            assertEquals("none", Json.parseObject(cancelled.body()).get("state"));
            assertEquals("stay", told(publisher).get("type"));
            assertEquals(201, server.offer("/cam/whep", "offer").statusCode());
            assertEquals(List.of(), server.server.readiness().reasons());
            assertEquals(200, server.method("DELETE", "/-/drain", "").statusCode());
        }
    }

    @Test
    void shouldGoOnWithTheSecondRequestsServerAndTime() throws Exception {
        try (RawWebSocket publisher = publish()) {
            drain("{" + LONG + "," + TO + "}");
            assertSentTo("http://192.0.2.9:8080/cam", publisher);
            drain("{" + LONG + ",\"to\":\"http://192.0.2.10\"}");
            assertSentTo("http://192.0.2.10/cam", publisher);
            assertEquals("http://192.0.2.10", progress("to"));
            drain("{\"seconds\":0}");
            awaitEnd();
        }
    }

    @Test
    void shouldTellPublishersOfTheirEndOnlyWhenTheyHaveMoved() throws Exception {
        try (RawWebSocket publisher = publish()) {
            FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
            drain("{" + LONG + "}");
            session.close(SessionEnd.DTLS_CLOSED);
            assertEquals(1000, publisher.awaitClose().closeCode());
            awaitEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"to\":\"javascript:alert(1)\"}",
                "{\"to\":\"https://user:secret@other\"}",
                "{\"to\":\"https://other\\r\\nSet-Cookie: x=1\"}",
                "{\"to\":\"\"}",
                "{\"to\":7}",
                "{\"seconds\":-1}",
                "{\"seconds\":86401}",
                "{\"seconds\":\"10\"}",
                "{\"seconds\":1e999}",
                "{\"second\":10}",
                "[]",
                "{",
            })
    void shouldRefuseOrdersThatAreWrong(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertEquals(422, response.statusCode(), response.body());
        assertEquals("none", progress("state"));
    }

    @Test
    void shouldRefuseForeignPagesAndBodiesThatAreNotJson() throws Exception {
        String evil = "https://evil.example.com";
        assertEquals(
                403,
                server.method("POST", "/-/drain", "{}", "Content-Type", "application/json", "Origin", evil)
                        .statusCode());
        assertEquals(
                403, server.method("DELETE", "/-/drain", "", "Origin", evil).statusCode());
        assertEquals(
                415,
                server.method("POST", "/-/drain", "{}", "Content-Type", "text/plain")
                        .statusCode());
        assertEquals(
                415,
                server.method("POST", "/-/drain", "{}", "Content-Type", "application/jsonp")
                        .statusCode());
        assertEquals(405, server.method("PUT", "/-/drain", "{}").statusCode());
        assertEquals("none", progress("state"));
    }
}
