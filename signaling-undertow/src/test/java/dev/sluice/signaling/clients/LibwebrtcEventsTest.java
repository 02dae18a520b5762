package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.AdminConfig;
import dev.sluice.signaling.config.DrainConfig;
import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.EventsConfig;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.LogFormat;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.TurnConfig;
import dev.sluice.signaling.config.WebhookConfig;
import dev.sluice.signaling.telemetry.FakeCollector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What is told of real clients: traces of every step, and events by webhook. */
@ResourceLock("browser")
@Timeout(300)
class LibwebrtcEventsTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final HttpClient client = HttpClient.newHttpClient();

    private static ServerConfig config(FakeCollector collector, FakeCollector hook) {
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        return new ServerConfig(
                new ListenConfig(free, free, null, null),
                new MediaConfig(0, 1, List.of(), null, "auto", "auto", Duration.ofMillis(200)),
                TurnConfig.NONE,
                AccessConfig.OPEN,
                Limits.DEFAULTS,
                LogFormat.TEXT,
                DrainConfig.NONE,
                AdminConfig.NONE,
                new EventsConfig(List.of(new WebhookConfig(hook.url(), secret, EventFilter.ALL)), collector.url()));
    }

    @Test
    void shouldTraceAndTellOfAPublisherAndAPlayer() throws Exception {
        try (FakeCollector collector = new FakeCollector();
                FakeCollector hook = new FakeCollector();
                Libwebrtc libwebrtc = Libwebrtc.start();
                RunningServer server = RunningServer.start(config(collector, hook))) {
            try (LibwebrtcPeer publisher = libwebrtc.publisher("VP8", candidate -> {});
                    LibwebrtcPeer player = libwebrtc.offeringPlayer()) {
                exchange(server, "/cam/whip", publisher);
                told(hook, "stream.started");
                exchange(server, "/cam/whep", player);
                assertTrue(player.awaitPicture());
                for (String span : List.of("publish", "play", "access", "engine.open", "ice", "dtls", "first_media")) {
                    while (!collector.has(span)) {
                        LockSupport.parkNanos(5_000_000);
                    }
                }
                assertTrue(collector.has(HexFormat.of().parseHex(TRACE)));
            }
            told(hook, "publisher.joined");
            told(hook, "player.joined");
            told(hook, "publisher.left");
            told(hook, "player.left");
            told(hook, "stream.waiting");
            told(hook, "stream.stopped");
            assertTrue(hook.has("\"connected\":true".getBytes(StandardCharsets.UTF_8)));
            assertEquals(
                    0,
                    hook.requests.stream()
                            .filter(line -> !line.matches("POST /? ?application/json"))
                            .count());
        }
    }

    private static void told(FakeCollector hook, String type) {
        byte[] wanted = ("{\"type\":\"" + type + "\",").getBytes(StandardCharsets.UTF_8);
        while (!hook.has(wanted)) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void exchange(RunningServer server, String path, LibwebrtcPeer peer) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Content-Type", "application/sdp")
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .POST(HttpRequest.BodyPublishers.ofString(peer.gatheredOffer()))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(201, response.statusCode(), response::body);
        peer.onAnswer(response.body());
        peer.awaitConnected();
    }
}
