package dev.sluice.signaling.access.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.OtherServer;
import dev.sluice.signaling.TestClock;
import dev.sluice.signaling.access.outbound.OutboundHttp;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RemoteKeysTest {
    private final TestClock clock = new TestClock();
    private final OutboundHttp http = new OutboundHttp((address, port) -> false, Duration.ofSeconds(30));
    private final OutboundHttp impatient = new OutboundHttp((address, port) -> false, Duration.ofMillis(300));

    @AfterEach
    void close() {
        http.close();
        impatient.close();
    }

    private JwtVerifier verifier(URI uri) {
        return verifier(uri, http);
    }

    private JwtVerifier verifier(URI uri, OutboundHttp by) {
        return verifier(uri, by, Runnable::run);
    }

    private JwtVerifier verifier(URI uri, OutboundHttp by, Executor executor) {
        return new JwtVerifier(List.of(), new RemoteKeys(uri, by, clock, executor), "", "");
    }

    private boolean takes(JwtVerifier verifier, Signer signer) throws Exception {
        try {
            verifier.verify(signer.token("sub", "ada"), clock.instant());
            return true;
        } catch (TokenException e) {
            return false;
        }
    }

    @Test
    void shouldTakeAllKindsOfKeysAndTheirSuccessors() throws Exception {
        Signer rsa = Signer.rsa("r1");
        Signer ec = Signer.ec("e1");
        Signer ed = Signer.ed25519("d1");
        try (OtherServer provider = new OtherServer(OtherServer.body(Signer.jwks(rsa, ec, ed)))) {
            JwtVerifier verifier = verifier(provider.uri());
            assertTrue(takes(verifier, rsa));
            assertTrue(takes(verifier, ec));
            assertTrue(takes(verifier, ed));
            assertEquals(1, provider.queries.size(), "one fetch for all of them");

            Signer next = Signer.rsa("r2");
            provider.answer(OtherServer.body(Signer.jwks(next, ec, ed)));
            clock.pass(RemoteKeys.SHORTEST_INTERVAL);
            assertTrue(takes(verifier, next));
            assertFalse(takes(verifier, rsa), "the provider took it back");
        }
    }

    @Test
    void shouldNotLetStrangersMakeItFetch() throws Exception {
        Signer rsa = Signer.rsa("r1");
        try (OtherServer provider = new OtherServer(OtherServer.body(Signer.jwks(rsa)))) {
            JwtVerifier verifier = verifier(provider.uri());
            assertTrue(takes(verifier, rsa));
            Signer eve = Signer.rsa("unknown");
            for (int i = 0; i < 50; i++) {
                assertFalse(takes(verifier, eve));
            }
            assertEquals(1, provider.queries.size());
            clock.pass(RemoteKeys.SHORTEST_INTERVAL);
            assertFalse(takes(verifier, eve));
            assertFalse(takes(verifier, eve));
            assertEquals(2, provider.queries.size());
        }
    }

    @Test
    void shouldGoOnWithFormerKeysWhateverComes() throws Exception {
        Signer rsa = Signer.rsa("r1");
        OtherServer provider = new OtherServer(OtherServer.body(Signer.jwks(rsa)));
        try (provider) {
            JwtVerifier verifier = verifier(provider.uri());
            assertTrue(takes(verifier, rsa));
            for (OtherServer.Answer bad : List.of(
                    OtherServer.status(500),
                    OtherServer.status(302, "Location", "http://127.0.0.1:1/"),
                    OtherServer.tenMegabytes(200),
                    OtherServer.body("<html>"),
                    OtherServer.body("{\"keys\":7}"),
                    OtherServer.body("{\"keys\":[]}"),
                    OtherServer.body("{\"keys\":" + "[".repeat(50_000)),
                    OtherServer.body(""))) {
                provider.answer(bad);
                clock.pass(RemoteKeys.MAX_AGE);
                assertTrue(takes(verifier, rsa));
            }
            assertEquals(9, provider.queries.size());
            provider.close();
            clock.pass(RemoteKeys.MAX_AGE);
            assertTrue(takes(verifier, rsa), "and when nobody is there");
        }
    }

    /** Who waits, waits for good: nothing but the test lets the provider answer. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldGoOnWithFormerKeysWithoutWaitingWhileTheProviderHangs() throws Exception {
        Signer former = Signer.rsa("r1");
        Signer next = Signer.rsa("r2");
        String successors = Signer.jwks(next);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (OutboundHttp patient = new OutboundHttp((address, port) -> false, Duration.ofHours(1));
                OtherServer provider = new OtherServer(OtherServer.body(Signer.jwks(former)));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            JwtVerifier verifier = verifier(provider.uri(), patient, threads);
            assertTrue(takes(verifier, former));
            provider.answer(exchange -> {
                asked.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                OtherServer.body(successors).to(exchange);
            });
            clock.pass(RemoteKeys.MAX_AGE);
            assertTrue(takes(verifier, former));
            asked.await();
            for (int i = 0; i < 50; i++) {
                assertTrue(takes(verifier, former));
            }
            assertEquals(2, provider.queries.size(), "one fetch hangs, and is the only one");
            released.countDown();
            assertTrue(takes(verifier, next));
            assertFalse(takes(verifier, former), "the provider took it back");
        } finally {
            released.countDown();
        }
    }

    @Test
    void shouldSayThatKeysAreMissingWhenThereNeverWereAny() throws Exception {
        try (ServerSocket hanging = OtherServer.hanging();
                ServerSocket babbling = OtherServer.babbling("HTTP/1.1 200 \0\r\n\r\n")) {
            for (ServerSocket server : List.of(hanging, babbling)) {
                JwtVerifier verifier = verifier(OtherServer.uri(server.getLocalPort()), impatient);
                String token = Signer.rsa("r1").token("sub", "ada");
                assertTrue(assertThrows(TokenException.class, () -> verifier.verify(token, clock.instant()))
                        .keysMissing());
            }
        }
    }

    @Test
    void shouldFetchOnceForManyThatWait() throws Exception {
        Signer rsa = Signer.rsa("r1");
        String jwks = Signer.jwks(rsa);
        String token = rsa.token("sub", "ada");
        try (OtherServer provider = new OtherServer(OtherServer.body(jwks));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            JwtVerifier verifier = verifier(provider.uri());
            List<Future<Object>> all = java.util.stream.IntStream.range(0, 100)
                    .mapToObj(i -> threads.submit(
                            () -> verifier.verify(token, clock.instant()).get("sub")))
                    .toList();
            for (Future<Object> one : all) {
                assertEquals("ada", one.get());
            }
            assertEquals(1, provider.queries.size());
        }
    }
}
