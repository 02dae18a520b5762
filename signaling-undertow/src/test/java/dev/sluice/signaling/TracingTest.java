package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.config.EventsConfig;
import dev.sluice.signaling.telemetry.FakeCollector;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Traces of sessions, as a collector gets them. */
@Timeout(120)
class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String TRACE_PARENT = "00-" + TRACE + "-" + PARENT + "-01";

    private static void await(FakeCollector collector, String text) {
        while (!collector.has(text)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void shouldWriteTheStepsOfASessionIntoTheTraceOfItsRequest() throws Exception {
        try (FakeCollector collector = new FakeCollector();
                TestServer server = TestServer.with(new EventsConfig(List.of(), collector.url()))) {
            assertEquals(
                    201,
                    server.offer("/cam/whip", "offer", "traceparent", TRACE_PARENT, "User-Agent", "obs/30")
                            .statusCode());
            await(collector, "publish");
            for (String step : List.of("access", "wait", "engine.open", "ice", "dtls", "first_media")) {
                assertTrue(collector.has(step), step);
            }
            for (String attribute : List.of("client.address", "obs/30", "sluice.stream", "cam", "whip", "opus,VP8")) {
                assertTrue(collector.has(attribute), attribute);
            }
            assertTrue(collector.has(HexFormat.of().parseHex(TRACE)));
            assertTrue(collector.has(HexFormat.of().parseHex(PARENT)));
            assertTrue(collector.has("service.name") && collector.has("sluice"));
            for (String request : collector.requests) {
                assertEquals("POST /v1/traces application/x-protobuf", request);
            }
        }
    }

    @Test
    void shouldTakeTheTraceOfAWebSocketsUpgrade() throws Exception {
        try (FakeCollector collector = new FakeCollector();
                TestServer server = TestServer.with(new EventsConfig(List.of(), collector.url()))) {
            server.engine.goLive("cam", 0);
            try (RawWebSocket socket = server.socket("/cam/webrtc", "traceparent: " + TRACE_PARENT)) {
                await(collector, "play");
                assertTrue(collector.has("websocket"));
                assertTrue(collector.has(HexFormat.of().parseHex(TRACE)));
            }
        }
    }

    @Test
    void shouldWriteWhyASessionWasRefused() throws Exception {
        try (FakeCollector collector = new FakeCollector();
                TestServer server = TestServer.with(new EventsConfig(List.of(), collector.url()))) {
            assertEquals(
                    401,
                    server.offer("/locked/whip", "offer", "traceparent", "00-junk")
                            .statusCode());
            await(collector, "publish");
            assertTrue(collector.has("error.type") && collector.has("password"));
            assertTrue(collector.has("The password is missing or wrong."));
            assertTrue(collector.has("access"));
            assertFalse(collector.has("engine.open"));
        }
    }

    @Test
    void shouldSendWhatIsLeftWhenTheServerStopsAndServeWithoutACollector() throws Exception {
        try (FakeCollector collector = new FakeCollector()) {
            TestServer server = TestServer.with(new EventsConfig(List.of(), collector.url()));
            assertEquals(
                    403,
                    server.offer("/cam/whip", "offer", "Origin", "https://evil.example")
                            .statusCode());
            assertEquals(422, server.offer("/cam/whip", "refuse:BAD_SDP").statusCode());
            server.close();
            assertTrue(collector.has("engine.open") && collector.has("sdp"));
        }
        FakeCollector gone = new FakeCollector();
        gone.close();
        try (TestServer server = TestServer.with(new EventsConfig(List.of(), gone.url()))) {
            assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
            server.engine.opened.poll(5, TimeUnit.SECONDS).close(SessionEnd.CLIENT_CLOSED);
            assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
        }
    }
}
