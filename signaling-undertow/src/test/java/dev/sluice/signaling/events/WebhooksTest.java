package dev.sluice.signaling.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.events.HookServer.Post;
import dev.sluice.signaling.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WebhooksTest extends WebhookBench {

    @Test
    void shouldPostSignedEventsInOrder() throws Exception {
        try (HookServer hook = HookServer.answering(204)) {
            start(FAST, List.of(), hook.config());
            for (int i = 0; i < 20; i++) {
                add("cam" + i);
            }
            for (int i = 0; i < 20; i++) {
                Post post = hook.next();
                assertEquals("cam" + i, stream(post));
                assertEquals("application/json", post.type());
                assertTrue(post.id().matches("msg_[a-z0-9]+-" + (i + 1)), post.id());
                assertEquals(
                        WebhookSignature.of(
                                hook.config().key(), post.id(), Long.parseLong(post.timestamp()), post.body()),
                        post.signature());
            }
            await("webhooks.delivered", 20);
        }
    }

    @Test
    void shouldTryAgainWithTheSameIdUntilItIsTaken() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (HookServer hook =
                new HookServer(exchange -> exchange.sendResponseHeaders(tries.incrementAndGet() < 4 ? 500 : 200, -1))) {
            start(FAST, List.of(), hook.config());
            add("first");
            add("second");
            String id = hook.next().id();
            for (int i = 0; i < 3; i++) {
                assertEquals(id, hook.next().id());
            }
            assertEquals("second", stream(hook.next()));
            await("webhooks.delivered", 2);
            assertEquals(3, webhooks.counters().get("webhooks.failed_tries"));
            assertEquals(0, webhooks.counters().get("webhooks.dropped"));
        }
    }

    @Test
    void shouldGiveUpAfterItsTriesAndTellWithTheNextDelivery() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (HookServer hook = new HookServer(
                exchange -> exchange.sendResponseHeaders(tries.incrementAndGet() <= 5 ? 404 : 200, -1))) {
            start(FAST, List.of(), hook.config());
            add("lost");
            add("next");
            for (int i = 0; i < 5; i++) {
                assertEquals("lost", stream(hook.next()));
            }
            Post next = hook.next();
            assertEquals("next", stream(next));
            assertEquals(1.0, Json.parseObject(next.body()).get("dropped"));
            await("webhooks.delivered", 1);
            add("last");
            assertEquals(null, Json.parseObject(hook.next().body()).get("dropped"));
        }
    }

    @Test
    void shouldDropTheOldestOfThousandsAndCountThem() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        try (HookServer slow = new HookServer(exchange -> {
            open.await();
            exchange.sendResponseHeaders(200, -1);
        })) {
            start(FAST, List.of(), slow.config());
            add("first");
            assertEquals("first", stream(slow.next()));
            for (int i = 0; i < 50_000; i++) {
                add("cam" + i);
            }
            assertEquals(49_000, webhooks.counters().get("webhooks.dropped"));
            open.countDown();
            Post next = slow.next();
            assertEquals("cam49000", stream(next));
            assertEquals(49_000.0, Json.parseObject(next.body()).get("dropped"));
        }
    }

    @Test
    void shouldSendOnlyWhatTheTargetWants() throws Exception {
        try (HookServer hook = HookServer.answering(200)) {
            start(FAST, List.of(), hook.config(new EventFilter(Set.of(EventType.STREAM_STARTED), List.of("a/*"))));
            log.add(EventType.STREAM_STOPPED, Instant.now(), "a/1", Map.of("stream", "a/1"));
            add("b");
            add("a/2");
            assertEquals("a/2", stream(hook.next()));
        }
    }

    @Test
    void shouldFollowTheConfigurationInForce() throws Exception {
        try (HookServer before = HookServer.answering(200);
                HookServer after = HookServer.answering(200)) {
            start(FAST, List.of(), before.config());
            add("one");
            assertEquals("one", stream(before.next()));
            configured = List.of(after.config());
            add("two");
            assertEquals("two", stream(after.next()));
            assertTrue(before.posts.isEmpty());
        }
    }

    @Test
    void shouldDeliverWhatWaitsWhenItIsClosed() throws Exception {
        try (HookServer hook = HookServer.answering(200)) {
            start(FAST, List.of(), hook.config());
            for (int i = 0; i < 50; i++) {
                add("cam" + i);
            }
            webhooks.close(Duration.ofSeconds(20));
            assertEquals(50, hook.posts.size());
            add("late");
            assertEquals(50, hook.posts.size());
        }
    }

    @Test
    void shouldCloseInTimeWhateverTheTargetDoes() throws IOException, InterruptedException {
        try (HookServer silent = new HookServer(exchange -> testEnds.await())) {
            start(FAST, List.of(), silent.config());
            add("one");
            add("two");
            silent.next();
            webhooks.close(Duration.ofMillis(50));
            await("webhooks.dropped", 1);
            assertEquals(0, webhooks.counters().get("webhooks.delivered"));
        }
    }
}
