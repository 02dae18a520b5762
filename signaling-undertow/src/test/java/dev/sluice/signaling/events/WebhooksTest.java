package dev.sluice.signaling.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.config.OwnListeners;
import dev.sluice.signaling.config.WebhookConfig;
import dev.sluice.signaling.events.HookServer.Post;
import dev.sluice.signaling.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebhooksTest {
    private static final RetryPolicy FAST = new RetryPolicy(
            Duration.ofMillis(5), Duration.ofMillis(20), 5, Duration.ofMinutes(1), Duration.ofSeconds(5));
    private static final RetryPolicy IMPATIENT = new RetryPolicy(
            Duration.ofMillis(5), Duration.ofMillis(20), 3, Duration.ofMinutes(1), Duration.ofMillis(200));

    private final EventLog log = new EventLog(Instant.now());
    private final CountDownLatch testEnds = new CountDownLatch(1);
    private volatile List<WebhookConfig> configured = List.of();
    private Webhooks webhooks;

    private Webhooks start(RetryPolicy retry, List<InetSocketAddress> own, WebhookConfig... targets) {
        configured = List.of(targets);
        webhooks = new Webhooks(() -> configured, () -> new OwnListeners(own), "Sluice/test", retry);
        log.addSink(webhooks);
        return webhooks;
    }

    @AfterEach
    void stop() {
        testEnds.countDown();
        webhooks.close(Duration.ofMillis(1));
    }

    private void add(String stream) {
        log.add(EventType.STREAM_STARTED, Instant.now(), stream, Map.of("stream", stream));
    }

    private static String stream(Post post) throws Exception {
        return (String) ((Map<?, ?>) Json.parseObject(post.body()).get("data")).get("stream");
    }

    private void await(String counter, long atLeast) {
        while (webhooks.counters().get(counter) < atLeast) {
            LockSupport.parkNanos(1_000_000);
        }
    }

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
    void shouldNotLetATargetThatNeverAnswersDelayAnother() throws Exception {
        try (HookServer silent = new HookServer(exchange -> testEnds.await());
                HookServer good = HookServer.answering(200)) {
            start(FAST, List.of(), silent.config(), good.config());
            for (int i = 0; i < 100; i++) {
                add("cam" + i);
            }
            for (int i = 0; i < 100; i++) {
                assertEquals("cam" + i, stream(good.next()));
            }
            assertEquals(1, silent.posts.size());
        }
    }

    @Test
    void shouldTryAgainWhenNoAnswerComesInTime() throws Exception {
        try (HookServer silent = new HookServer(exchange -> testEnds.await())) {
            start(IMPATIENT, List.of(), silent.config());
            add("cam");
            String id = silent.next().id();
            assertEquals(id, silent.next().id());
            await("webhooks.dropped", 1);
            assertEquals(3, webhooks.counters().get("webhooks.failed_tries"));
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
    void shouldReadNoMoreThanALittleOfAnAnswer() throws Exception {
        AtomicInteger written = new AtomicInteger();
        try (HookServer chatty = new HookServer(exchange -> {
            exchange.sendResponseHeaders(200, 10 << 20);
            byte[] some = new byte[64 << 10];
            for (int i = 0; i < 160; i++) {
                exchange.getResponseBody().write(some);
                written.addAndGet(some.length);
            }
        })) {
            start(FAST, List.of(), chatty.config());
            add("one");
            add("two");
            assertEquals("one", stream(chatty.next()));
            assertEquals("two", stream(chatty.next()));
            await("webhooks.delivered", 2);
            assertTrue(written.get() < 20 << 20, () -> written + " bytes were taken");
        }
    }

    @Test
    void shouldGiveUpOnAnAnswerThatTricklesForEver() throws Exception {
        try (HookServer trickle = new HookServer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (!testEnds.await(20, TimeUnit.MILLISECONDS)) {
                exchange.getResponseBody().write('x');
                exchange.getResponseBody().flush();
            }
        })) {
            start(IMPATIENT, List.of(), trickle.config());
            add("cam");
            await("webhooks.dropped", 1);
            assertEquals(0, webhooks.counters().get("webhooks.delivered"));
        }
    }

    @Test
    void shouldNotFollowRedirects() throws Exception {
        try (HookServer other = HookServer.answering(200);
                HookServer moved = new HookServer(exchange -> {
                    exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + other.port() + "/");
                    exchange.sendResponseHeaders(307, -1);
                })) {
            start(FAST, List.of(), moved.config());
            add("cam");
            await("webhooks.dropped", 1);
            assertTrue(other.posts.isEmpty());
        }
    }

    @Test
    void shouldGiveUpOnTlsThatIsNone() throws Exception {
        try (HookServer plain = HookServer.answering(200)) {
            URI url = URI.create("https://127.0.0.1:" + plain.port() + "/");
            start(IMPATIENT, List.of(), new WebhookConfig(url, HookServer.SECRET, EventFilter.ALL));
            add("cam");
            await("webhooks.dropped", 1);
            assertEquals(3, webhooks.counters().get("webhooks.failed_tries"));
            assertTrue(plain.posts.isEmpty());
        }
    }

    @Test
    void shouldSendNoMoreToATargetThatIsGone() throws Exception {
        try (HookServer gone = HookServer.answering(410);
                HookServer good = HookServer.answering(200)) {
            start(FAST, List.of(), gone.config(), good.config());
            add("one");
            await("webhooks.dropped", 1);
            add("two");
            assertEquals("one", stream(good.next()));
            assertEquals("two", stream(good.next()));
            assertEquals(1, gone.posts.size());
        }
    }

    @Test
    void shouldNotPostToItselfByWhateverName() throws Exception {
        try (HookServer self = HookServer.answering(200)) {
            InetSocketAddress own = new InetSocketAddress("127.0.0.1", self.port());
            List<WebhookConfig> names = new ArrayList<>();
            for (String host : List.of("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433")) {
                names.add(new WebhookConfig(
                        URI.create("http://" + host + ":" + self.port() + "/"), HookServer.SECRET, EventFilter.ALL));
            }
            start(FAST, List.of(own), names.toArray(WebhookConfig[]::new));
            add("cam");
            await("webhooks.refused_own_address", names.size());
            add("again");
            assertTrue(self.posts.isEmpty());
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
