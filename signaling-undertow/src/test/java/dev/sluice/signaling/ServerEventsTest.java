package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.StreamEvent;
import dev.sluice.signaling.config.AdminConfig;
import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.EventsConfig;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.WebhookConfig;
import dev.sluice.signaling.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /-/events} of a whole server. */
@Timeout(
        value = 120,
        threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // An event that does not come would be waited for.
class ServerEventsTest {

    /** One event as it came. */
    private record Received(String id, String name, Map<String, Object> body) {
        @SuppressWarnings("unchecked") // Keys of JSON objects are strings.
        Map<String, Object> data() {
            return (Map<String, Object>) body.get("data");
        }
    }

    /** A listener to events. Confined to its test. */
    private static final class Listener {
        private final BufferedReader lines;

        Listener(TestServer server, String query, String... headers) throws Exception {
            var request = server.request("/-/events" + query);
            if (headers.length > 0) {
                request.headers(headers);
            }
            HttpResponse<InputStream> response =
                    server.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, response.statusCode());
            assertTrue(response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"));
            assertEquals(
                    "no-store", response.headers().firstValue("Cache-Control").orElse(""));
            assertTrue(
                    response.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** Null at the end. */
        Received next() throws Exception {
            String id = null;
            String name = null;
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data = line.substring(5).strip();
                } else if (line.isEmpty() && name != null) {
                    return new Received(id, name, Json.parseObject(data));
                }
            }
            return null;
        }
    }

    @Test
    void shouldTellOfSessionsWithTheirSummary() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "");
            assertEquals(
                    201, server.offer("/cam/whip", "offer", "User-Agent", "obs").statusCode());
            Received joined = events.next();
            assertEquals("publisher.joined", joined.name());
            assertEquals("publisher.joined", joined.body().get("type"));
            Instant.parse((String) joined.body().get("timestamp"));
            assertEquals("cam", joined.data().get("stream"));
            assertEquals("whip", joined.data().get("transport"));
            assertEquals("127.0.0.1", joined.data().get("address"));
            assertEquals("obs", joined.data().get("user_agent"));
            assertEquals("session-", joined.data().get("session"));
            server.engine.opened.poll(5, TimeUnit.SECONDS).close(SessionEnd.CONSENT_EXPIRED);
            Received left = events.next();
            assertEquals("publisher.left", left.name());
            assertEquals("consent_expired", left.data().get("reason"));
            assertEquals(true, left.data().get("connected"));
            assertEquals(50_000.0, left.data().get("bytes"));
            assertEquals(90.0, left.data().get("first_media_ms"));
            assertTrue((double) left.data().get("duration_ms") >= 0);
        }
    }

    @Test
    void shouldEndListenersWhenTheTokenThatLetThemInIsReplaced() throws Exception {
        try (TestServer server = TestServer.with(new AdminConfig("0123456789abcdef", "", ""))) {
            Listener events = new Listener(server, "", "Authorization", "Bearer 0123456789abcdef");
            ServerConfig now = server.live.get();
            server.live.replace(now);
            server.engine.happen(StreamEvent.Kind.values()[0], "cam", 3);
            assertEquals("cam", events.next().data().get("stream"), "another change ends nobody");
            server.live.replace(with(now, new AdminConfig("fedcba9876543210", "", ""), now.events()));
            server.engine.happen(StreamEvent.Kind.values()[0], "cam", 3);
            try {
                assertNull(events.next());
            } catch (IOException cut) {
                // Or in the middle of what HTTP sends.
            }
        }
    }

    @Test
    void shouldStopTargetsThatANewConfigurationNoLongerHasWithoutWaitingForAnEvent() throws Exception {
        try (ServerSocket silent = OtherServer.hanging();
                TestServer server = TestServer.with(new EventsConfig(
                        List.of(new WebhookConfig(
                                OtherServer.uri(silent.getLocalPort()),
                                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                EventFilter.ALL)),
                        null))) {
            assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
            assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
            silent.accept().close();
            server.live.replace(with(server.live.get(), AdminConfig.NONE, EventsConfig.NONE));
            while (server.events().counters().get("webhooks.dropped") == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static ServerConfig with(ServerConfig now, AdminConfig admin, EventsConfig events) {
        return new ServerConfig(
                now.listen(),
                now.media(),
                now.turn(),
                now.access(),
                now.limits(),
                now.logFormat(),
                now.drain(),
                admin,
                events);
    }

    @Test
    void shouldTellOfStreams() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "");
            List<String> names = new ArrayList<>();
            for (StreamEvent.Kind kind : StreamEvent.Kind.values()) {
                server.engine.happen(kind, "cam", 3);
                Received event = events.next();
                names.add(event.name());
                assertEquals(3.0, event.data().get("players"));
                assertEquals("2023-11-14T22:13:20Z", event.body().get("timestamp"));
            }
            assertEquals(
                    List.of(
                            "stream.started",
                            "stream.taken_over",
                            "stream.waiting",
                            "stream.resumed",
                            "stream.stopped"),
                    names);
        }
    }

    @Test
    void shouldTellOfRefusalsOnEveryTransport() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "?types=session.refused,limit.reached");
            assertEquals(401, server.offer("/locked/whip", "offer").statusCode());
            Received password = events.next();
            assertEquals("password", password.data().get("code"));
            assertEquals("publisher", password.data().get("role"));
            assertEquals("locked", password.data().get("stream"));
            assertEquals(409, server.offer("/cam/whep", "offer").statusCode());
            assertEquals("not_live", events.next().data().get("code"));
            try (RawWebSocket socket = server.socket("/nowhere/webrtc/publish")) {
                assertEquals("stream_not_found", events.next().data().get("code"));
            }
            try (RawWebSocket socket = server.socket("/cam/webrtc")) {
                assertEquals("not_live", events.next().data().get("code"));
            }
            assertEquals(
                    503, server.offer("/cam/whip", "refuse:TOO_MANY_SESSIONS").statusCode());
            Received limit = events.next();
            assertEquals("limit.reached", limit.name());
            assertEquals("refused as TOO_MANY_SESSIONS", limit.data().get("message"));
            assertEquals("too_many", events.next().data().get("code"));
        }
    }

    @Test
    void shouldTellOfALimitThatEndsAPublisherBeforeItsEnd() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "?types=publisher.left,limit.reached");
            assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
            server.engine.opened.take().close(SessionEnd.BITRATE_EXCEEDED);
            Received limit = events.next();
            assertEquals("limit.reached", limit.name());
            assertEquals("cam", limit.data().get("stream"));
            assertEquals("bitrate", limit.data().get("code"));
            assertEquals(1.0, limit.data().get("refused"));
            assertEquals("bitrate_exceeded", events.next().data().get("reason"));
        }
    }

    @Test
    void shouldTellOfWhomADrainTurnsAway() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "?types=session.refused");
            assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
            server.method("POST", "/-/drain", "{\"seconds\":3600}", "Content-Type", "application/json");
            assertEquals(503, server.offer("/cam/whep", "offer").statusCode());
            assertEquals("draining", events.next().data().get("code"));
        }
    }

    @Test
    void shouldNeverRepeatTextThatIsNoStreamName() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "");
            assertEquals(
                    404, server.offer("/%3Cscript%3E%0Aevent:x/whip", "offer").statusCode());
            Received refused = events.next();
            assertEquals("session.refused", refused.name());
            assertEquals("", refused.data().get("stream"));
        }
    }

    @Test
    void shouldSendOnlyWhatWasAskedFor() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "?types=stream.started,stream.stopped&stream=studio/*,cam");
            server.engine.happen(StreamEvent.Kind.LIVE, "a/b/c", 0);
            server.engine.happen(StreamEvent.Kind.LIVE, "studio/1", 0);
            server.engine.happen(StreamEvent.Kind.WAITING, "cam", 0);
            server.engine.happen(StreamEvent.Kind.ENDED, "cam", 0);
            assertEquals("studio/1", events.next().data().get("stream"));
            assertEquals("stream.stopped", events.next().name());
        }
    }

    @Test
    void shouldGoOnBehindTheLastEventOfAClientThatComesAgain() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "");
            server.engine.happen(StreamEvent.Kind.LIVE, "cam", 0);
            String last = events.next().id();
            server.engine.happen(StreamEvent.Kind.WAITING, "cam", 0);
            server.engine.happen(StreamEvent.Kind.ENDED, "cam", 0);
            Listener again = new Listener(server, "", "Last-Event-ID", last);
            assertEquals("stream.waiting", again.next().name());
            assertEquals("stream.stopped", again.next().name());
        }
    }

    @Test
    void shouldTellOfTheGapWhenTheLogHasGoneOn() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "");
            server.engine.happen(StreamEvent.Kind.LIVE, "cam", 0);
            String last = events.next().id();
            for (int i = 0; i < 1_007; i++) {
                server.engine.happen(StreamEvent.Kind.WAITING, "cam", i);
            }
            Listener again = new Listener(server, "", "Last-Event-ID", last);
            Received missed = again.next();
            assertEquals("missed", missed.name());
            assertEquals(7.0, missed.body().get("count"));
            Received next = again.next();
            assertEquals(7.0, next.data().get("players"));
            // Who comes with the id of the gap goes on behind it.
            Listener third = new Listener(server, "", "Last-Event-ID", missed.id());
            assertEquals(7.0, third.next().data().get("players"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-1", "x", "999999999999999999999999-1", "-"})
    void shouldTellWhenTheIdIsOfAnotherStartOfTheServer(String id) throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.happen(StreamEvent.Kind.LIVE, "cam", 0);
            Listener events = new Listener(server, "", "Last-Event-ID", id);
            Received missed = events.next();
            assertEquals("missed", missed.name());
            assertTrue(missed.body().containsKey("count"));
            assertNull(missed.body().get("count"));
            assertEquals("stream.started", events.next().name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?types=weather", "?types=,", "?stream=a//b", "?stream=%3Cscript%3E"})
    void shouldRefuseWrongFilters(String query) throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> response = server.get("/-/events" + query);
            assertEquals(422, response.statusCode());
            assertFalse(response.body().contains("script"));
        }
    }

    @Test
    void shouldRefuseOtherMethodsForeignPagesAndOneListenerTooMany() throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals(405, server.method("POST", "/-/events", "").statusCode());
            assertEquals(
                    403,
                    server.send(server.request("/-/events").header("Origin", "https://evil.example"))
                            .statusCode());
            List<Listener> open = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                open.add(new Listener(server, ""));
            }
            while (server.events().counters().get("events.readers") < 32) {
                Thread.onSpinWait();
            }
            assertEquals(503, server.get("/-/events").statusCode());
            open.getFirst().lines.close();
            while (server.events().counters().get("events.readers") == 32) {
                server.engine.happen(StreamEvent.Kind.LIVE, "cam", 0);
            }
            assertEquals("stream.started", open.getLast().next().name());
        }
    }

    @Test
    void shouldSayTheLastWordsAndEndWhenTheServerStops() throws Exception {
        try (TestServer server = new TestServer()) {
            Listener events = new Listener(server, "");
            assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
            assertEquals("publisher.joined", events.next().name());
            server.server.close();
            Received left = events.next();
            assertEquals("publisher.left", left.name());
            assertEquals("server_stopping", left.data().get("reason"));
            assertNull(events.next());
        }
    }
}
