package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.config.DrainConfig;
import dev.sluice.signaling.config.OtherServer;
import dev.sluice.signaling.drain.Drain;
import dev.sluice.signaling.drain.MovableClient;
import dev.sluice.signaling.session.SessionDirectory;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When a drain is over. */
class DrainEndTest {
    @Test
    void shouldRefuseToDrainToItselfByWhateverName() throws Exception {
        try (TestServer server = new TestServer()) {
            int port = server.address().getPort();
            int tls = server.server.tlsAddress().getPort();
            for (String own : List.of(
                    "http://127.0.0.1:" + port + "/",
                    "http://localhost:" + port,
                    "https://LOCALHOST:" + tls,
                    "http://[::ffff:127.0.0.1]:" + port,
                    "http://0.0.0.0:" + port + "/proxied")) {
                HttpResponse<String> response = server.method(
                        "POST", "/-/drain", "{\"to\":\"" + own + "\"}", "Content-Type", "application/json");
                assertEquals(422, response.statusCode(), own);
            }
        }
    }

    /** As SIGTERM does. */
    @Test
    void shouldLeaveADrainThatIsOnNoLongerThanTheConfigSaysWhenTheServerIsToldToStop() throws Exception {
        try (TestServer server = TestServer.with(new DrainConfig(Duration.ofMillis(500), null));
                RawWebSocket publisher = server.socket("/cam/webrtc/publish")) {
            publisher.nextText();
            publisher.text("{\"type\":\"offer\",\"sdp\":\"x\"}");
            publisher.nextText();
            String order = "{\"seconds\":3600,\"to\":\"http://192.0.2.9:8080\"}";
            server.method("POST", "/-/drain", order, "Content-Type", "application/json");
            assertEquals(Duration.ofMillis(500), server.server.drain());
            server.server.drained().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertEquals(1001, publisher.awaitClose().closeCode());
        }
    }

    @Test
    void shouldNotLengthenADrainThatIsOnWhenTheServerIsToldToStop() throws Exception {
        Drain drain = new Drain(new SessionDirectory(), to -> false);
        drain.add(new Waiting());
        drain.begin(null, Duration.ofSeconds(1_000), new CompletableFuture<>());
        Duration left = drain.hurry(null, Duration.ofSeconds(3_600));
        assertTrue(left.compareTo(Duration.ofSeconds(1_000)) <= 0, left::toString);
        assertTrue(
                drain.progress().secondsLeft() <= 1_000, () -> drain.progress().toString());
        assertEquals(Duration.ofSeconds(500), drain.hurry(null, Duration.ofSeconds(500)));
        assertTrue(drain.progress().secondsLeft() <= 500, () -> drain.progress().toString());
        drain.cancel();
        assertEquals(Duration.ofSeconds(700), drain.hurry(null, Duration.ofSeconds(700)));
        drain.cancel();
    }

    @Test
    void shouldNotReplaceADrainThatBeganWhileTheOtherServersNameWasLookedUp() {
        OtherServer ordered = new OtherServer("http://192.0.2.9:8080");
        AtomicReference<Drain> asked = new AtomicReference<>();
        Drain drain = new Drain(new SessionDirectory(), to -> {
            asked.get().begin(ordered, Duration.ofSeconds(1_000), new CompletableFuture<>());
            return false;
        });
        asked.set(drain);
        drain.add(new Waiting());
        drain.hurry(new OtherServer("http://192.0.2.8:8080"), Duration.ofSeconds(3_600));
        assertEquals(ordered, drain.progress().to());
        assertTrue(
                drain.progress().secondsLeft() <= 1_000, () -> drain.progress().toString());
        drain.cancel();
    }

    /** Has no media and does not go. */
    private static final class Waiting implements MovableClient {
        @Override
        public String stream() {
            return "cam";
        }

        @Override
        public boolean isPublisher() {
            return false;
        }

        @Override
        public Caller caller() {
            return new Caller(InetAddress.getLoopbackAddress(), "http", "sluice", null, "", "", Map.of(), null);
        }

        @Override
        public void onMove(OtherServer to) {}

        @Override
        public void onStay() {}
    }

    /** The server stops when it is over, so who asks afterwards must not hear that it goes on. */
    @Test
    void shouldNotBeCancelledOnceItsEndIsDecided() throws Exception {
        for (int i = 0; i < 200; i++) {
            Drain drain = new Drain(new SessionDirectory(), to -> false);
            CompletableFuture<Object> cancelled = new CompletableFuture<>();
            // Asked under the drain's lock, right before it decides: who cancels from then on is too late.
            CompletableFuture<Void> answered = new CompletableFuture<>() {
                @Override
                public boolean isDone() {
                    Thread.ofVirtual().start(() -> {
                        drain.cancel();
                        cancelled.complete(drain.progress().state());
                    });
                    return true;
                }

                @Override
                public CompletableFuture<Void> toCompletableFuture() {
                    return this;
                }
            };
            drain.begin(null, Duration.ZERO, answered);
            assertEquals(Drain.State.OVER, cancelled.get(10, TimeUnit.SECONDS));
            drain.over().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
