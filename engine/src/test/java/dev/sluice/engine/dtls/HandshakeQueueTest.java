package dev.sluice.engine.dtls;

import static dev.sluice.engine.dtls.DtlsTesting.ALL;
import static dev.sluice.engine.dtls.DtlsTesting.CERTIFICATE;
import static dev.sluice.engine.dtls.DtlsTesting.assertSameKeys;
import static dev.sluice.engine.dtls.DtlsTesting.awaitNoThreads;
import static dev.sluice.engine.dtls.DtlsTesting.awaitThreads;
import static dev.sluice.engine.dtls.DtlsTesting.firstDatagram;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import dev.sluice.engine.metrics.DropReason;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Storms in virtual time: 100 starts a second, so one each 10 ms, eight at once. */
class HandshakeQueueTest {
    private static final int PER_SECOND = 100;
    private static final long TICK_NS = 10_000_000;
    private static final int BURST = 8;
    private static final int CAPACITY = 2_000;

    private final DtlsServer server = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 4_096, () -> {});
    private final HandshakeQueue queue = new HandshakeQueue(PER_SECOND);
    private final byte[] hello = firstDatagram(new DtlsTestClient());
    private final List<DtlsEndpoint> endpoints = new ArrayList<>();
    private long nowNs = Long.MAX_VALUE - 5 * TICK_NS; // The clock may wrap.

    HandshakeQueueTest() throws IOException {}

    @AfterEach
    void leaveNothingBehind() {
        endpoints.forEach(DtlsEndpoint::close);
        awaitNoThreads(server);
    }

    private void join(int count) {
        for (int i = 0; i < count; i++) {
            DtlsEndpoint endpoint = server.open(List.of(CERTIFICATE.fingerprint()), queue, () -> {});
            endpoints.add(endpoint);
            deliver(endpoint);
        }
    }

    private int deliver(DtlsEndpoint endpoint) {
        return endpoint.onDatagram(MemorySegment.ofArray(hello), 0, hello.length, nowNs);
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            nowNs += TICK_NS;
            queue.run(nowNs);
        }
    }

    private long count(State state) {
        return endpoints.stream().filter(endpoint -> endpoint.state() == state).count();
    }

    @Test
    void shouldStartAFewAtOnceAndTheRestInTurnWhenManyCome() {
        join(30);
        assertEquals(BURST, count(State.HANDSHAKING));
        assertEquals(30 - BURST, count(State.QUEUED));
        assertEquals(30 - BURST, queue.size());
        for (int started = BURST; started < 30; started++) {
            assertEquals(State.QUEUED, endpoints.get(started).state());
            tick(1);
            assertEquals(State.HANDSHAKING, endpoints.get(started).state());
            assertEquals(started + 1, count(State.HANDSHAKING));
        }
        assertEquals(0, queue.size());
    }

    @Test
    void shouldKeepTheRateWhenTicksAreLate() {
        join(200);
        nowNs += 50 * TICK_NS;
        queue.run(nowNs);
        assertEquals(2 * BURST, count(State.HANDSHAKING), "a late tick makes up for no more than a burst");
        tick(20);
        assertEquals(2 * BURST + 20, count(State.HANDSHAKING));
    }

    @Test
    void shouldStartAtOnceAgainWhenNobodyCameForAWhile() {
        join(BURST + 1);
        tick(20);
        join(1);
        assertEquals(BURST + 2, count(State.HANDSHAKING));
    }

    @Test
    void shouldSpendNoTurnOnThoseWhoLeft() {
        join(40);
        endpoints.subList(BURST, 30).forEach(DtlsEndpoint::close);
        tick(1);
        assertEquals(State.HANDSHAKING, endpoints.get(30).state());
        assertEquals(State.CLOSED, endpoints.get(BURST).state());
        tick(9);
        assertEquals(0, queue.size());
        assertEquals(BURST + 10, server.threads());
    }

    @Test
    void shouldTurnAwayWhenTheLastWouldWaitTooLong() {
        join(BURST + CAPACITY);
        assertEquals(CAPACITY, queue.size());
        DtlsEndpoint late = server.open(List.of(CERTIFICATE.fingerprint()), queue, () -> {});
        endpoints.add(late);
        assertEquals(DropReason.DTLS_TOO_MANY_HANDSHAKES.code(), deliver(late));
        assertEquals(State.WAITING, late.state());
        tick(1);
        assertEquals(0, deliver(late));
        assertEquals(State.QUEUED, late.state());
    }

    @Test
    void shouldSayHowLongAHelloWaited() {
        join(BURST + 3);
        DtlsEndpoint last = endpoints.getLast();
        assertEquals(0, endpoints.getFirst().waitedNs(nowNs + 5 * TICK_NS));
        tick(2);
        assertEquals(2 * TICK_NS, last.waitedNs(nowNs));
        tick(1);
        assertEquals(State.HANDSHAKING, last.state());
        tick(5);
        assertEquals(3 * TICK_NS, last.waitedNs(nowNs));
    }

    @Test
    void shouldCountNoMoreThanTheLongestWait() {
        join(BURST + 1);
        long lateNs = nowNs + 2 * HandshakeQueue.MAX_WAIT_NS;
        assertEquals(HandshakeQueue.MAX_WAIT_NS, endpoints.getLast().waitedNs(lateNs));
    }

    @Test
    void shouldHoldTheNextBackWhenAsManyRunAsMay() {
        DtlsServer two = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 2, () -> {});
        List<DtlsEndpoint> own = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            own.add(two.open(List.of(CERTIFICATE.fingerprint()), queue, () -> {}));
            assertEquals(0, deliver(own.get(i)));
        }
        tick(5);
        assertEquals(2, queue.size());
        own.getFirst().close();
        awaitThreads(two, 1);
        tick(1);
        assertEquals(State.HANDSHAKING, own.get(2).state());
        assertEquals(State.QUEUED, own.get(3).state());
        own.forEach(DtlsEndpoint::close);
        awaitNoThreads(two);
    }

    @Test
    void shouldLetAnHonestClientInWhenSilentOnesHoldAllHandshakes() throws IOException {
        nowNs = -HandshakeQueue.PATIENCE_NS; // The link's time begins at 0.
        DtlsServer three = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 3, () -> {});
        List<DtlsEndpoint> silent = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            silent.add(three.open(List.of(CERTIFICATE.fingerprint()), queue, () -> {}));
            deliver(silent.get(i));
        }
        DtlsEndpoint waiting = silent.removeLast();
        queue.run(-1);
        silent.forEach(each -> assertEquals(State.HANDSHAKING, each.state()));
        assertEquals(State.QUEUED, waiting.state());
        waiting.close();
        assertEquals(0, queue.size(), "who left waits no more");

        DtlsTestClient client = new DtlsTestClient();
        MemoryLink link = new MemoryLink(three, queue, 0, 0, client.fingerprint());
        assertSameKeys(link, client.handshake(link));
        // One place was wanted: the others went too if that one's thread had not ended by when they were looked at.
        List<DtlsEndpoint> failed =
                silent.stream().filter(each -> each.state() == State.FAILED).toList();
        assertFalse(failed.isEmpty());
        failed.forEach(each -> assertEquals("too slow while others wait", each.failure()));
        silent.forEach(DtlsEndpoint::close);
        awaitNoThreads(three);
    }

    @Test
    void shouldLetSlowOnesGoOnWhenThereIsRoom() {
        join(1);
        nowNs += 2 * HandshakeQueue.PATIENCE_NS;
        queue.run(nowNs);
        assertEquals(State.HANDSHAKING, endpoints.getFirst().state());
    }

    @Test
    void shouldGiveThePlaceBackWhenWhatComesBeforeTheWorkFails() {
        DtlsServer one = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 1, () -> {
            throw new IllegalStateException("as wanted");
        });
        for (int i = 0; i < 3; i++) {
            DtlsEndpoint own = one.open(List.of(CERTIFICATE.fingerprint()), queue, () -> {});
            deliver(own);
            awaitNoThreads(one);
            assertEquals(State.WAITING, own.state());
            assertEquals("as wanted", own.failure());
        }
    }

    @Test
    void shouldSucceedWhenAClientRepeatsItsHelloWhileItWaits() throws IOException {
        nowNs = 0; // As the link's time begins.
        join(BURST + 6);
        DtlsTestClient client = new DtlsTestClient();
        MemoryLink link = new MemoryLink(server, queue, 0, 0, client.fingerprint());
        assertSameKeys(link, client.handshake(link));
        assertEquals(1, link.sent.get(0)[13]);
        assertEquals(1, link.sent.get(1)[13], "its hello once more");
    }
}
