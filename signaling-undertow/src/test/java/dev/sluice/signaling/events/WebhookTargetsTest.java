package dev.sluice.signaling.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.WebhookConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Targets that misbehave. */
@Timeout(120)
class WebhookTargetsTest extends WebhookBench {

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
}
