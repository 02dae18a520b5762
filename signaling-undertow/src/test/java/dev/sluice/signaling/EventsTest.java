package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {
    private static final String ALL = "[\"active\",\"inactive\",\"viewercount\"]";

    private static String subscribe(TestServer server, String events) throws Exception {
        server.engine.goLive("cam", 1);
        assertEquals(201, server.offer("/cam/whep", "offer").statusCode());
        HttpResponse<String> response =
                server.method("POST", "/cam/whep/session-1/events", events, "Content-Type", "application/json");
        assertEquals(201, response.statusCode());
        String location = response.headers().firstValue("Location").orElseThrow();
        assertTrue(location.matches("/cam/whep/session-1/events/[A-Za-z0-9_-]{22}"), location);
        return location;
    }

    private static BufferedReader listen(TestServer server, String location) throws Exception {
        HttpResponse<InputStream> response =
                server.client.send(server.request(location).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        assertTrue(response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"));
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The next event as {@code name data}; comments are keep-alives. Null at the end. */
    private static String next(BufferedReader events) throws Exception {
        String name = null;
        String data = null;
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (line.startsWith("event:")) {
                name = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data = line.substring(5).strip();
            } else if (line.isEmpty() && name != null) {
                return name + " " + data;
            }
        }
        return null;
    }

    @Test
    void shouldTellTheStateAndItsChangesUntilTheSessionEnds() throws Exception {
        try (TestServer server = new TestServer()) {
            BufferedReader events = listen(server, subscribe(server, ALL));
            assertEquals("active {}", next(events));
            assertEquals("viewercount {\"viewercount\":1}", next(events));
            server.engine.goLive("cam", 3);
            assertEquals("viewercount {\"viewercount\":3}", next(events));
            server.engine.goDark("cam");
            assertEquals("inactive {}", next(events));
            assertEquals("viewercount {\"viewercount\":0}", next(events));
            server.engine.goLive("cam", 0);
            assertEquals("active {}", next(events));
            server.engine.opened.poll(5, TimeUnit.SECONDS).close(SessionEnd.STREAM_ENDED);
            assertEquals("inactive {}", next(events));
            assertNull(next(events));
            while (server.engine.watchers() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldTellThePlayerToComeAgainWhenItsTracksHaveChanged() throws Exception {
        try (TestServer server = new TestServer()) {
            BufferedReader events = listen(server, subscribe(server, "[\"reconnect\"]"));
            FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
            session.changeTracks(null);
            session.close(SessionEnd.CODECS_CHANGED);
            assertEquals("reconnect {\"url\":\"/cam/whep\"}", next(events));
            assertNull(next(events));
        }
    }

    @Test
    void shouldSendOnlyWhatWasAskedFor() throws Exception {
        try (TestServer server = new TestServer()) {
            BufferedReader events = listen(server, subscribe(server, "[\"inactive\"]"));
            server.engine.goDark("cam");
            assertEquals("inactive {}", next(events));
        }
    }

    @Test
    void shouldEndTheStreamWhenTheSubscriptionIsDeleted() throws Exception {
        try (TestServer server = new TestServer()) {
            String location = subscribe(server, ALL);
            BufferedReader events = listen(server, location);
            assertEquals("active {}", next(events));
            assertEquals(200, server.method("DELETE", location, "").statusCode());
            String last = "";
            for (String event = next(events); event != null; event = next(events)) {
                last = event;
            }
            assertTrue(last.startsWith("inactive") || last.startsWith("viewercount"), last);
            assertEquals(404, server.get(location).statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"weather\"]", "{}", "no json", "[1]"})
    void shouldRefuseUnknownEvents(String body) throws Exception {
        try (TestServer server = new TestServer()) {
            subscribe(server, ALL);
            assertEquals(
                    422,
                    server.method("POST", "/cam/whep/session-1/events", body).statusCode());
        }
    }

    @Test
    void shouldNotFindTheStreamWithoutItsUrl() throws Exception {
        try (TestServer server = new TestServer()) {
            subscribe(server, "");
            assertEquals(404, server.get("/cam/whep/session-1/events/guess").statusCode());
            assertEquals(
                    404,
                    server.method("POST", "/cam/whep/session-9/events", ALL).statusCode());
            assertEquals(405, server.get("/cam/whep/session-1/events").statusCode());
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        201,
                        server.method("POST", "/cam/whep/session-1/events", ALL).statusCode());
            }
            assertEquals(
                    503,
                    server.method("POST", "/cam/whep/session-1/events", ALL).statusCode());
        }
    }
}
