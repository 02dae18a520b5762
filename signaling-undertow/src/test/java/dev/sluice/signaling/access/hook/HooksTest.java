package dev.sluice.signaling.access.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.OtherServer;
import dev.sluice.signaling.TestClock;
import dev.sluice.signaling.access.outbound.OutboundHttp;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HooksTest {
    private final TestClock clock = new TestClock();
    private final Set<Integer> own = new CopyOnWriteArraySet<>();
    private final OutboundHttp http = new OutboundHttp((address, port) -> own.contains(port), Duration.ofSeconds(30));
    private final OutboundHttp impatient = new OutboundHttp((address, port) -> false, Duration.ofMillis(300));
    private final Hooks hooks = new Hooks(http, clock);
    private final Hooks soonTired = new Hooks(impatient, clock);

    @AfterEach
    void close() {
        http.close();
        impatient.close();
    }

    private static HookQuestion question(String stream, String token, int number) {
        return new HookQuestion(
                "play",
                stream,
                "192.0.2.1",
                token,
                "token=" + token,
                "a&b=c/1.0",
                "http://page/?x=1",
                "id-1",
                number,
                3,
                7,
                61,
                1_000);
    }

    private HookAnswer ask(URI hook, String token) {
        return hooks.ask(hook, question("cam", token, 0), () -> {});
    }

    @Test
    void shouldNotAskOurselvesByWhateverName() throws Exception {
        try (OtherServer self = new OtherServer(OtherServer.status(200))) {
            int port = self.uri().getPort();
            own.add(port);
            for (String host : List.of("127.0.0.1", "localhost", "[::ffff:127.0.0.1]")) {
                URI hook = URI.create("http://" + host + ":" + port + "/ask");
                assertInstanceOf(HookAnswer.Failed.class, ask(hook, "t1"));
            }
            assertEquals(0, self.queries.size());
            assertEquals(3, hooks.counters().get("hook.failed"));
        }
    }

    @Test
    void shouldTellWhatTheProtocolNames() throws Exception {
        try (OtherServer hook = new OtherServer(OtherServer.status(200))) {
            hooks.ask(URI.create(hook.uri() + "?own=1"), question("studio/one", "t1", 0), () -> {});
            Map<String, String> query = hook.queries.take();
            assertEquals("1", query.get("own"));
            assertEquals("studio/one", query.get("name"));
            assertEquals("webrtc", query.get("proto"));
            assertEquals("play", query.get("type"));
            assertEquals("192.0.2.1", query.get("ip"));
            assertEquals("new_session", query.get("request_type"));
            assertEquals("0", query.get("request_number"));
            assertEquals("id-1", query.get("session_id"));
            assertEquals("3", query.get("stream_clients"));
            assertEquals("7", query.get("total_clients"));
            assertEquals("t1", query.get("token"));
            assertEquals("token=t1", query.get("qs"));
            assertEquals("a&b=c/1.0", query.get("user_agent"));
            assertEquals("http://page/?x=1", query.get("referer"));
            clock.pass(Duration.ofSeconds(180));
            hooks.ask(hook.uri(), question("studio/one", "t1", 4), () -> {});
            query = hook.queries.take();
            assertEquals("update_session", query.get("request_type"));
            assertEquals("4", query.get("request_number"));
            assertEquals("61", query.get("duration"));
            assertEquals("1000", query.get("bytes"));
        }
    }

    @Test
    void shouldReadItsAnswer() throws Exception {
        try (OtherServer hook = new OtherServer(
                OtherServer.status(200, "X-AuthDuration", "60", "X-UserId", "ada", "X-Max-Sessions", "2"))) {
            assertEquals(new HookAnswer.Allowed(clock.instant().plusSeconds(60), "ada", 2), ask(hook.uri(), "1"));
            hook.answer(OtherServer.status(200, "X-AuthDuration", "soon", "X-Max-Sessions", "-1"));
            assertEquals(new HookAnswer.Allowed(clock.instant().plusSeconds(180), "", 0), ask(hook.uri(), "2"));
            hook.answer(OtherServer.status(403));
            assertEquals(new HookAnswer.Denied(clock.instant().plusSeconds(10)), ask(hook.uri(), "3"));
            hook.answer(OtherServer.status(404));
            assertInstanceOf(HookAnswer.Denied.class, ask(hook.uri(), "4"));
            hook.answer(OtherServer.status(302, "Location", "https://other.example/cam/whep", "X-AuthDuration", "5"));
            assertEquals(
                    new HookAnswer.Elsewhere(clock.instant().plusSeconds(5), "https://other.example/cam/whep"),
                    ask(hook.uri(), "5"));
            for (String location :
                    List.of("", "javascript:alert(1)", "ftp://x/", "http:///x", "http://" + "x".repeat(3_000))) {
                hook.answer(OtherServer.status(302, "Location", location));
                assertInstanceOf(HookAnswer.Failed.class, ask(hook.uri(), "6" + location));
            }
            hook.answer(OtherServer.status(500));
            assertInstanceOf(HookAnswer.Failed.class, ask(hook.uri(), "7"));
            hook.answer(OtherServer.status(204));
            assertInstanceOf(HookAnswer.Failed.class, ask(hook.uri(), "8"));
        }
    }

    @Test
    void shouldKeepAnAnswerForItsTimeAndToWhoItWasGiven() throws Exception {
        try (OtherServer hook = new OtherServer(OtherServer.status(200, "X-AuthDuration", "60"))) {
            ask(hook.uri(), "t1");
            clock.pass(Duration.ofSeconds(59));
            ask(hook.uri(), "t1");
            assertEquals(1, hook.queries.size());
            ask(hook.uri(), "t2");
            hooks.ask(hook.uri(), question("other", "t1", 0), () -> {});
            assertEquals(3, hook.queries.size());
            clock.pass(Duration.ofSeconds(1));
            ask(hook.uri(), "t1");
            assertEquals(4, hook.queries.size());
            hooks.forget(hook.uri(), question("cam", "t1", 9));
            ask(hook.uri(), "t1");
            assertEquals(5, hook.queries.size());
            assertEquals(5, hooks.counters().get("hook.asked"));
            assertEquals(1, hooks.counters().get("hook.cached"));
        }
    }

    @Test
    void shouldTakeTenMegabytesAndGarbageForWhatTheyAre() throws Exception {
        try (OtherServer hook = new OtherServer(OtherServer.tenMegabytes(200));
                ServerSocket hanging = OtherServer.hanging();
                ServerSocket babbling = OtherServer.babbling("\0\1\2 nothing of HTTP\r\n\r\n");
                ServerSocket endless = OtherServer.babbling("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1_000_000))) {
            assertInstanceOf(HookAnswer.Allowed.class, ask(hook.uri(), "t1"), "the status is the answer");
            for (ServerSocket bad : List.of(hanging, babbling, endless)) {
                assertInstanceOf(
                        HookAnswer.Failed.class,
                        soonTired.ask(OtherServer.uri(bad.getLocalPort()), question("cam", "t1", 0), () -> {}));
            }
        }
        assertInstanceOf(HookAnswer.Failed.class, ask(OtherServer.uri(1), "t1"), "nobody is there");
        assertEquals(1, hooks.counters().get("hook.failed"));
        assertEquals(3, soonTired.counters().get("hook.failed"));
    }

    @Test
    void shouldNotWaitForABodyThatNeverEnds() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        OtherServer.Answer slow = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (OtherServer hook = new OtherServer(slow)) {
            assertInstanceOf(HookAnswer.Failed.class, soonTired.ask(hook.uri(), question("cam", "t1", 0), () -> {}));
            done.countDown();
        }
    }

    @Test
    void shouldAskTheSameOnceAndNeverMoreThanItMayAtATime() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(Hooks.MAX_AT_ONCE);
        OtherServer.Answer waiting = exchange -> {
            asked.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(200, -1);
        };
        try (OtherServer hook = new OtherServer(waiting);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HookAnswer>> first = new ArrayList<>();
            for (int i = 0; i < Hooks.MAX_AT_ONCE; i++) {
                String token = "t" + i;
                first.add(threads.submit(() -> hooks.ask(hook.uri(), question("cam", token, 0), () -> {})));
                first.add(threads.submit(() -> hooks.ask(hook.uri(), question("cam", token, 0), () -> {})));
            }
            asked.await();
            assertInstanceOf(HookAnswer.Busy.class, hooks.ask(hook.uri(), question("cam", "one more", 0), () -> {}));
            open.countDown();
            for (Future<HookAnswer> answer : first) {
                assertInstanceOf(HookAnswer.Allowed.class, answer.get());
            }
            assertEquals(Hooks.MAX_AT_ONCE, hook.queries.size());
            assertInstanceOf(HookAnswer.Allowed.class, hooks.ask(hook.uri(), question("cam", "one more", 0), () -> {}));
        }
    }

    @Test
    void shouldBoundWhatItRemembers() {
        HookCache cache = new HookCache(3);
        for (int i = 0; i < 100; i++) {
            cache.put("k" + i, new HookAnswer.Busy(), clock.instant().plusSeconds(60));
        }
        assertEquals(3, cache.size());
        assertTrue(cache.find("k99", clock.instant()) != null && cache.find("k96", clock.instant()) == null);
    }

    @Test
    void shouldBoundWhatAClientMakesItSay() {
        String huge = "x".repeat(100_000);
        HookQuestion question = new HookQuestion("play", "cam", "::1", "", huge, huge, huge, "id", 0, 0, 0, 0, 0);
        assertTrue(question.at(URI.create("http://hook/")).toString().length() < 12_000);
    }
}
