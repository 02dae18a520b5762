package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.websocket.SocketTimings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code sluice_refusals_total}: whoever is turned away counts once, by why. */
class RefusalCountTest {
    private static final Pattern SERIES = Pattern.compile("(?m)^sluice_refusals_total\\{reason=\"(\\w+)\"} (\\S+)$");

    /** Those that are not zero. */
    private static Map<String, Integer> counts(TestServer server) throws Exception {
        Map<String, Integer> counts = new TreeMap<>();
        Matcher series = SERIES.matcher(server.get("/-/metrics").body());
        while (series.find()) {
            int count = (int) Double.parseDouble(series.group(2));
            if (count > 0) {
                counts.put(series.group(1), count);
            }
        }
        return counts;
    }

    /** What {@code /admin} shows of them: how often each in a row, by code. */
    private static Map<String, Integer> shown(TestServer server) throws Exception {
        Map<String, Integer> shown = new TreeMap<>();
        Object stats = Json.parse(server.get("/streamer/api/v3/config/stats").body());
        for (Object one : (List<?>) ((Map<?, ?>) stats).get("refusals")) {
            Map<?, ?> refusal = (Map<?, ?>) one;
            shown.merge((String) refusal.get("code"), ((Double) refusal.get("count")).intValue(), Integer::sum);
        }
        return shown;
    }

    private static void drain(TestServer server, String body) throws Exception {
        assertEquals(201, server.offer("/cam/whip", "offer").statusCode(), "somebody who makes it last");
        assertEquals(
                202,
                server.method("POST", "/-/drain", body, "Content-Type", "application/json")
                        .statusCode());
    }

    @Test
    void shouldCountEachKindOnce() throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals(
                    403,
                    server.offer("/cam/whip", "offer", "Origin", "https://evil.example")
                            .statusCode());
            assertEquals(
                    415,
                    server.method("POST", "/cam/whip", "{}", "Content-Type", "application/json")
                            .statusCode());
            assertEquals(401, server.offer("/locked/whip", "offer").statusCode());
            assertEquals(404, server.offer("/nowhere/whip", "offer").statusCode());
            assertEquals(422, server.offer("/cam/whip", "refuse:BAD_SDP").statusCode());
            assertEquals(
                    422, server.offer("/cam/whip", "refuse:NO_COMMON_CODEC").statusCode());
            assertEquals(409, server.offer("/cam/whep", "offer").statusCode());
            assertEquals(503, server.offer("/cam/whip", "refuse:OVERLOADED").statusCode());
            Map<String, Integer> once = Map.of(
                    "origin", 1,
                    "content_type", 1,
                    "password", 1,
                    "stream_not_found", 1,
                    "sdp", 1,
                    "codecs", 1,
                    "not_live", 1,
                    "overloaded", 1);
            assertEquals(new TreeMap<>(once), counts(server));
            assertEquals(new TreeMap<>(once), shown(server));
        }
    }

    @Test
    void shouldLeaveToTheEngineWhatItCountsByItsLimits() throws Exception {
        try (TestServer server = new TestServer()) {
            for (String refusal : List.of("TOO_MANY_SESSIONS", "TOO_MANY_FROM_SOURCE", "TOO_MANY_PUBLISHERS")) {
                assertEquals(503, server.offer("/cam/whip", "refuse:" + refusal).statusCode());
            }
            assertEquals(Map.of(), counts(server));
            assertEquals(Map.of("too_many", 3), shown(server));
        }
    }

    @Test
    void shouldCountTooManyConnectionsAsSuch() throws Exception {
        Limits few = new Limits(0, 5_000, 1_000, 3, 5_000, 4_096, 128);
        List<RawWebSocket> sockets = new ArrayList<>();
        try (TestServer server = new TestServer(TestServer.DECLARED, few, SocketTimings.DEFAULTS)) {
            for (int i = 0; i < 4; i++) {
                try {
                    sockets.add(server.socket("/cam/webrtc/publish"));
                } catch (IOException e) {
                    assertEquals(3, i, "only the last is one too many");
                }
            }
            sockets.forEach(RefusalCountTest::closeQuietly);
            while (server.server.openSockets() > 0) {
                Thread.onSpinWait();
            }
            Map<String, Integer> counts = counts(server);
            assertTrue(counts.get("connections") >= 1, counts.toString());
            assertEquals(1, counts.size(), counts.toString());
        } finally {
            sockets.forEach(RefusalCountTest::closeQuietly);
        }
    }

    private static void closeQuietly(RawWebSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone.
        }
    }

    @Test
    void shouldCountWhoIsTurnedAwayByADrain() throws Exception {
        try (TestServer server = new TestServer()) {
            drain(server, "{\"seconds\":3600}");
            assertEquals(503, server.offer("/cam/whip", "offer").statusCode());
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                assertTrue(socket.statusLine.contains(" 503 "), socket.statusLine);
            }
            assertEquals(Map.of("draining", 2), counts(server));
            assertEquals(Map.of("draining", 2), shown(server));
        }
    }

    @Test
    void shouldCountWhoIsSentElsewhereByADrainOnceWithItsLook() throws Exception {
        try (TestServer server = new TestServer()) {
            drain(server, "{\"seconds\":3600,\"to\":\"http://192.0.2.9:8080\"}");
            assertEquals(307, server.get("/cam/media_info.json").statusCode());
            assertEquals(307, server.offer("/cam/whep", "offer").statusCode());
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                assertEquals("reconnect", Json.parseObject(socket.nextText()).get("type"));
                assertEquals(1001, socket.awaitClose().closeCode());
            }
            try (RawWebSocket socket = server.socket("/nowhere/webrtc")) {
                assertEquals(4404, socket.awaitClose().closeCode());
            }
            assertEquals(Map.of("draining", 2, "stream_not_found", 1), counts(server));
        }
    }
}
