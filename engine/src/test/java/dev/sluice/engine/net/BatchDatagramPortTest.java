package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.natives.net.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the port makes of the kernel's answers. */
class BatchDatagramPortTest {
    private static final int EPERM = 1;
    private static final int ENETUNREACH = 101;
    private static final int ENOBUFS = 105;
    private static final int ECONNREFUSED = 111;

    private final FakeKernel kernel = new FakeKernel();
    private final LoopCounters counters = new LoopCounters();
    private final EgressBatch egress = new EgressBatch(Arena.ofAuto());
    private BatchDatagramPort port;

    @BeforeEach
    void openPort() throws IOException {
        assumeTrue(ChannelDescriptor.isKnown());
        List<InetAddress> addresses = new ArrayList<>(List.of(InetAddress.getByName("127.0.0.1")));
        if (Ports.hasIpv6()) {
            addresses.add(InetAddress.getByName("::1"));
        }
        port = new BatchDatagramPort(PortSockets.open(addresses, 0), kernel);
    }

    @AfterEach
    void closePort() {
        if (port != null) {
            port.close();
            assertEquals(1, kernel.closed);
        }
    }

    private static RemoteAddress player(int number) {
        return new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001), 1_000 + number, 0);
    }

    private void put(RemoteAddress to, int... sizes) {
        for (int size : sizes) {
            DatagramPortTest.put(egress, DatagramPortTest.bytes(size, egress.size()), to);
        }
    }

    private void send() {
        port.send(egress, counters);
    }

    /** Datagrams of each message that the kernel took. */
    private List<Integer> shape() {
        return kernel.messages.stream().map(FakeKernel.Message::datagrams).toList();
    }

    /** All that was put in left, byte for byte and in order. */
    private void assertAllLeft() {
        List<FakeKernel.Datagram> datagrams = kernel.datagrams();
        assertEquals(egress.size(), datagrams.size());
        for (int i = 0; i < egress.size(); i++) {
            assertEquals(egress.destination(i).port(), datagrams.get(i).port());
            assertArrayEquals(
                    DatagramPortTest.bytes(egress.length(i), i),
                    datagrams.get(i).bytes());
        }
        assertTrue(egress.isSent());
        assertEquals(egress.size(), counters.get(Counter.DATAGRAMS_OUT));
    }

    @Test
    void shouldMakeOneMessageOfAPlayersRun() {
        RemoteAddress player = player(1);
        put(player, 1_201, 1_201, 1_201, 1_200);
        put(player(2), 1_201, 1_201);
        send();
        assertEquals(List.of(4, 2), shape());
        assertEquals(1_201, kernel.messages.getFirst().segmentBytes());
        assertEquals(1, kernel.calls);
        assertEquals(2, counters.get(Counter.GSO_RUNS));
        assertEquals(6, counters.get(Counter.GSO_SEGMENTS));
        assertAllLeft();
    }

    @Test
    void shouldBreakARunWhereTheNextIsLargerOrOneBeforeWasShorter() {
        RemoteAddress player = player(1);
        // A frame of Chromium's; audio between; sizes that grow.
        put(player, 1_151, 1_151, 1_151, 1_150, 1_150, 90, 1_150, 1_150, 100, 101, 102);
        send();
        assertEquals(List.of(4, 2, 3, 1, 1), shape());
        assertEquals(0, kernel.messages.getLast().segmentBytes(), "one datagram needs no cutting");
        assertAllLeft();
    }

    @Test
    void shouldHoldToTheKernelsLimitsOfARun() {
        RemoteAddress player = player(1);
        for (int i = 0; i < 130; i++) {
            put(player, 100);
        }
        for (int i = 0; i < 60; i++) {
            put(player, 1_300);
        }
        send();
        // 50 of 1,300 are 65,000 bytes; one more would be larger than the largest datagram.
        assertEquals(List.of(64, 64, 2, 50, 10), shape());
        assertAllLeft();
    }

    @Test
    void shouldUseAsManyCallsAsItNeeds() {
        for (int i = 0; i < 150; i++) {
            put(player(i), 200, 200);
        }
        send();
        assertEquals(3, kernel.calls);
        assertAllLeft();
    }

    @Test
    void shouldUseASocketOfTheFamilyThatTheLocalAddressHas() {
        assumeTrue(Ports.hasIpv6());
        RemoteAddress v6 = new RemoteAddress(0x2001_0db8_0000_0000L, 1, 2_000, 1);
        put(player(1), 100);
        put(v6, 100, 100);
        put(player(1), 100);
        send();
        assertEquals(3, kernel.calls);
        assertFalse(
                kernel.messages.get(0).descriptor() == kernel.messages.get(1).descriptor());
        assertEquals(kernel.messages.get(0).descriptor(), kernel.messages.get(2).descriptor());
        assertAllLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {EPERM, Errno.EINVAL, Errno.EIO, Errno.EMSGSIZE, ENETUNREACH, ENOBUFS, ECONNREFUSED})
    void shouldDropOnlyTheMessageThatIsRefused(int errno) {
        put(player(1), 100);
        put(player(2), 100);
        put(player(3), 100);
        put(player(4), 100);
        kernel.answer = message -> message.port() == 1_002 || message.port() == 1_003 ? errno : 0;
        send();
        assertEquals(
                List.of(1_001, 1_004),
                kernel.datagrams().stream().map(FakeKernel.Datagram::port).toList());
        assertEquals(2, counters.get(DropReason.SEND_FAILED));
        assertEquals(2, counters.get(Counter.DATAGRAMS_OUT));
        assertTrue(egress.isSent());
    }

    @ParameterizedTest
    @ValueSource(ints = {EPERM, ENETUNREACH, ENOBUFS, ECONNREFUSED})
    void shouldDropARunThatIsRefusedForAnotherReasonThanBeingOne(int errno) {
        put(player(1), 100, 100, 100);
        put(player(2), 100, 100);
        kernel.answer = message -> message.port() == 1_001 ? errno : 0;
        send();
        assertEquals(List.of(2), shape());
        assertEquals(3, counters.get(DropReason.SEND_FAILED));
        assertEquals(0, counters.get(Counter.GSO_RUNS_REFUSED));
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.EMSGSIZE, Errno.EIO})
    void shouldSendARefusedRunOneByOneThenAndFromThenOn(int errno) {
        RemoteAddress narrow = player(2);
        put(player(1), 100, 100);
        put(narrow, 100, 100, 100);
        put(player(3), 100, 100);
        kernel.answer = message -> message.port() == 1_002 && message.datagrams() > 1 ? errno : 0;
        send();
        assertEquals(List.of(2, 1, 1, 1, 2), shape());
        assertAllLeft();
        assertEquals(1, counters.get(Counter.GSO_RUNS_REFUSED));
        egress.clear();
        kernel.messages.clear();
        int calls = kernel.calls;
        put(player(1), 100, 100);
        // The same address in an object of its own, as after a new check.
        put(player(2), 100, 100);
        send();
        assertEquals(List.of(2, 1, 1), shape());
        assertEquals(calls + 1, kernel.calls, "not tried again");
        assertEquals(0, counters.get(DropReason.SEND_FAILED));
    }

    @Test
    void shouldAskAgainWhenACallWasInterrupted() {
        put(player(1), 100, 100);
        kernel.answer = message -> kernel.calls == 1 ? Errno.EINTR : 0;
        send();
        assertAllLeft();
    }

    @Test
    void shouldKeepWhatAFullSocketDoesNotTakeAndGoOnThereLater() {
        for (int i = 0; i < 10; i++) {
            put(player(i), 100, 100, 100);
        }
        kernel.answer = message -> kernel.messages.size() == 4 ? Errno.EAGAIN : 0;
        send();
        assertEquals(12, egress.head());
        assertEquals(12, counters.get(Counter.DATAGRAMS_OUT));
        send();
        assertEquals(12, egress.head());
        // Small answers come behind what waits.
        put(player(4), 50);
        kernel.answer = message -> 0;
        send();
        assertAllLeft();
    }

    @Test
    void shouldEndItsSleepWhenAFullSocketHasRoomAgain() {
        put(player(1), 100);
        kernel.answer = message -> Errno.EAGAIN;
        send();
        // The real socket has room: without the interest in writing this would be a minute.
        port.await(60_000_000_000L);
        assertFalse(egress.isSent());
    }

    /** One local address takes nothing: what is for it is counted, all else leaves, and media waits no longer than the bound. */
    @Test
    void shouldGoOnWithoutASocketThatTakesNothingUntilItTakesSomethingAgain() {
        assumeTrue(Ports.hasIpv6());
        RemoteAddress dead = player(1);
        RemoteAddress alive = new RemoteAddress(0x2001_0db8_0000_0000L, 1, 2_000, 1);
        Outbox outbox = new Outbox(port, counters, Arena.ofAuto());
        kernel.answer = message -> message.port() == 1_001 ? Errno.EAGAIN : 0;
        putAlternately(outbox, 0, dead, alive);
        outbox.flush(0);
        outbox.flush(Outbox.STUCK_NS - 1);
        assertTrue(outbox.isBlocked());
        outbox.flush(Outbox.STUCK_NS);
        assertFalse(outbox.isBlocked());
        assertEquals(3, kernel.messages.size());
        assertEquals(3, counters.get(DropReason.SEND_STUCK));

        long nowNs = Outbox.STUCK_NS + 1;
        int calls = kernel.calls;
        putAlternately(outbox, nowNs, dead, alive);
        outbox.flush(nowNs);
        assertFalse(outbox.isBlocked(), "nobody waits for it");
        assertEquals(calls + 1 + 3, kernel.calls, "it was tried once");
        assertEquals(6, kernel.messages.size());
        assertEquals(6, counters.get(DropReason.SEND_STUCK));
        assertEquals(kernel.calls, counters.get(Counter.SEND_CALLS));

        kernel.answer = message -> 0;
        putAlternately(outbox, nowNs, dead, alive);
        outbox.flush(nowNs);
        assertEquals(12, kernel.messages.size());
        kernel.answer = message -> message.port() == 1_001 ? Errno.EAGAIN : 0;
        putAlternately(outbox, nowNs, dead, alive);
        outbox.flush(nowNs);
        assertTrue(outbox.isBlocked(), "it has a good name again, and is waited for");
        assertEquals(6, counters.get(DropReason.SEND_STUCK));
    }

    private static void putAlternately(Outbox outbox, long nowNs, RemoteAddress dead, RemoteAddress alive) {
        for (int i = 0; i < 6; i++) {
            DatagramPortTest.put(outbox.batch(1, nowNs), DatagramPortTest.bytes(100, i), i % 2 == 0 ? dead : alive);
        }
    }

    @Test
    void shouldGiveUpRunsWhenAHundredDestinationsInARowAnswerWithEio() {
        kernel.answer = message -> message.datagrams() > 1 ? Errno.EIO : 0;
        for (int i = 0; i < GsoRuns.MAX_EIO_IN_A_ROW + 50; i++) {
            put(player(i), 100, 100);
        }
        send();
        assertAllLeft();
        assertEquals(GsoRuns.MAX_EIO_IN_A_ROW, counters.get(Counter.GSO_RUNS_REFUSED));
        assertEquals(0, counters.get(Counter.GSO_RUNS));
    }

    @Test
    void shouldNotGiveUpRunsWhenOneDestinationTakesThem() {
        kernel.answer = message -> message.datagrams() > 1 && message.port() != 1_099 ? Errno.EIO : 0;
        for (int i = 0; i < 2 * GsoRuns.MAX_EIO_IN_A_ROW - 1; i++) {
            put(player(i), 100, 100);
        }
        send();
        egress.clear();
        kernel.messages.clear();
        put(player(99), 100, 100);
        send();
        assertEquals(List.of(2), shape());
    }

    @Test
    void shouldTryTheOldestDestinationAgainWhenItRemembersTooMany() {
        kernel.answer = message -> message.datagrams() > 1 ? Errno.EMSGSIZE : 0;
        for (int i = 0; i <= GsoRuns.MAX_DESTINATIONS_OFF; i++) {
            put(player(i), 10, 10);
            send();
            egress.clear();
        }
        kernel.answer = message -> 0;
        kernel.messages.clear();
        put(player(0), 10, 10);
        put(player(1), 10, 10);
        send();
        assertEquals(List.of(2, 1, 1), shape());
    }

    /** Whatever the kernel answers: every datagram leaves once or is counted, in its destination's order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldLoseAndDoubleNothingWhateverTheKernelAnswers(long seed) {
        Random random = new Random(seed);
        int[] errors = {Errno.EAGAIN, Errno.EINTR, Errno.EIO, Errno.EINVAL, Errno.EMSGSIZE, ENOBUFS, EPERM};
        kernel.answer = message -> random.nextInt(4) > 0 ? 0 : errors[random.nextInt(errors.length)];
        int put = 0;
        for (int round = 0; round < 50; round++) {
            int number = 0;
            for (int i = random.nextInt(40); i > 0; i--) {
                number = random.nextInt(3) == 0 ? random.nextInt(20) : number;
                // The datagram's number in its bytes.
                byte[] bytes = new byte[random.nextInt(3) == 0 ? 8 + random.nextInt(50) : 40];
                bytes[0] = (byte) (put >> 8);
                bytes[1] = (byte) put++;
                DatagramPortTest.put(egress, bytes, player(number));
            }
            for (int tries = 0; !egress.isSent(); tries++) {
                assertTrue(tries < 1_000, "it goes on");
                send();
            }
            egress.clear();
        }
        Map<Integer, Integer> last = new HashMap<>();
        for (FakeKernel.Datagram datagram : kernel.datagrams()) {
            int number = (datagram.bytes()[0] & 0xff) << 8 | datagram.bytes()[1] & 0xff;
            Integer before = last.put(datagram.port(), number);
            assertTrue(before == null || before < number, "order");
        }
        assertEquals(kernel.datagrams().size(), counters.get(Counter.DATAGRAMS_OUT));
        assertEquals(put, counters.get(Counter.DATAGRAMS_OUT) + counters.get(DropReason.SEND_FAILED));
    }
}
