package dev.sluice.signaling.events;

import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.config.OwnListeners;
import dev.sluice.signaling.config.WebhookConfig;
import dev.sluice.signaling.events.HookServer.Post;
import dev.sluice.signaling.json.Json;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;

/** A log with webhooks behind it, and the targets' tests' tools. Confined to its test. */
abstract class WebhookBench {
    static final RetryPolicy FAST = new RetryPolicy(
            Duration.ofMillis(5), Duration.ofMillis(20), 5, Duration.ofMinutes(5), Duration.ofMinutes(1));
    static final RetryPolicy IMPATIENT = new RetryPolicy(
            Duration.ofMillis(5), Duration.ofMillis(20), 3, Duration.ofMinutes(1), Duration.ofMillis(200));

    final EventLog log = new EventLog(Instant.now());
    final CountDownLatch testEnds = new CountDownLatch(1);
    volatile List<WebhookConfig> configured = List.of();
    OutboundHttp http;
    Webhooks webhooks;

    Webhooks start(RetryPolicy retry, List<InetSocketAddress> own, WebhookConfig... targets) {
        configured = List.of(targets);
        http = new OutboundHttp(new OwnListeners(own)::has);
        webhooks = new Webhooks(() -> configured, http, "Sluice/test", retry);
        log.addSink(webhooks);
        return webhooks;
    }

    @AfterEach
    void stop() {
        testEnds.countDown();
        webhooks.close(Duration.ofMillis(1));
        http.close();
    }

    void add(String stream) {
        log.add(EventType.STREAM_STARTED, Instant.now(), stream, Map.of("stream", stream));
    }

    static String stream(Post post) throws Exception {
        return (String) ((Map<?, ?>) Json.parseObject(post.body()).get("data")).get("stream");
    }

    void await(String counter, long atLeast) {
        while (webhooks.counters().get(counter) < atLeast) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
