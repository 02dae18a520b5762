package dev.sluice.engine.dtls;

import static dev.sluice.engine.dtls.DtlsRecords.CERTIFICATE;
import static dev.sluice.engine.dtls.DtlsRecords.CERTIFICATE_VERIFY;
import static dev.sluice.engine.dtls.DtlsRecords.CLIENT_HELLO;
import static dev.sluice.engine.dtls.DtlsRecords.CLIENT_KEY_EXCHANGE;
import static dev.sluice.engine.dtls.DtlsRecords.datagram;
import static dev.sluice.engine.dtls.DtlsRecords.fragment;
import static dev.sluice.engine.dtls.DtlsRecords.join;
import static dev.sluice.engine.dtls.DtlsRecords.part;
import static dev.sluice.engine.dtls.DtlsRecords.record;
import static dev.sluice.engine.dtls.DtlsRecords.whole;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DtlsFilterTest {
    private static final int MALFORMED = DropReason.DTLS_MALFORMED.code();
    private static final int BOUND = DropReason.DTLS_FRAGMENT_BOUND.code();
    private static final int NOT_EXPECTED = DropReason.DTLS_NOT_EXPECTED.code();
    private static final byte[] HELLO = bytes(1_413, 1);
    private static final byte[] CLIENT_CERTIFICATE = bytes(689, 2);
    private static final byte[] KEY_EXCHANGE = bytes(33, 3);
    private static final byte[] VERIFY = bytes(75, 4);
    private static final byte[] FINISHED = record(22, 1, 0, bytes(48, 5));

    private final DtlsFilter filter = new DtlsFilter();
    private final List<byte[]> out = new ArrayList<>();
    private int answer;
    private long nowNs;

    private int in(byte[] datagram) {
        return filter.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length, nowNs, (record, now) -> {
            if (answer == 0) {
                out.add(record);
            }
            return answer;
        });
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] expected(int type, byte[] message, int number, long recordSequence) {
        return record(22, 0, recordSequence, fragment(type, message.length, number, 0, message));
    }

    private void passHello() {
        assertEquals(0, in(whole(CLIENT_HELLO, HELLO, 0)));
        out.clear();
    }

    @Test
    void shouldGiveTheHelloOnWhenItsTwoDatagramsCame() {
        assertEquals(0, in(part(CLIENT_HELLO, HELLO, 0, 0, 1_175)));
        assertEquals(0, out.size());
        assertEquals(0, in(part(CLIENT_HELLO, HELLO, 0, 1_175, 1_413)));
        assertEquals(1, out.size());
        assertArrayEquals(expected(CLIENT_HELLO, HELLO, 0, 0), out.getFirst());
    }

    @Test
    void shouldGiveEachMessageOnOnceInOrderWhenFragmentsComeInAnyOrderTwiceAndOverlapping() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            DtlsFilterTest fresh = new DtlsFilterTest();
            fresh.passHello();
            List<byte[]> datagrams = new ArrayList<>();
            cut(random, CERTIFICATE, CLIENT_CERTIFICATE, 1, datagrams);
            cut(random, CLIENT_KEY_EXCHANGE, KEY_EXCHANGE, 2, datagrams);
            cut(random, CERTIFICATE_VERIFY, VERIFY, 3, datagrams);
            datagrams.add(record(20, 0, 7, new byte[] {1}));
            datagrams.add(FINISHED);
            Collections.shuffle(datagrams, random);
            datagrams.forEach(datagram -> assertEquals(0, fresh.in(datagram)));
            assertEquals(5, fresh.out.size(), "seed " + seed);
            assertArrayEquals(expected(CERTIFICATE, CLIENT_CERTIFICATE, 1, 1), fresh.out.get(0));
            assertArrayEquals(expected(CLIENT_KEY_EXCHANGE, KEY_EXCHANGE, 2, 2), fresh.out.get(1));
            assertArrayEquals(expected(CERTIFICATE_VERIFY, VERIFY, 3, 3), fresh.out.get(2));
            assertArrayEquals(record(20, 0, 4, new byte[] {1}), fresh.out.get(3));
            assertArrayEquals(FINISHED, fresh.out.get(4));
        }
    }

    private static void cut(Random random, int type, byte[] message, int number, List<byte[]> datagrams) {
        int at = 0;
        while (at < message.length) {
            int to = Math.min(message.length, at + 1 + random.nextInt(256));
            int from = Math.max(0, at - random.nextInt(20));
            datagrams.add(part(type, message, number, from, to));
            if (random.nextInt(3) == 0) {
                datagrams.add(part(type, message, number, from, to));
            }
            at = to;
        }
    }

    @Test
    void shouldGiveTheHelloOnWhenItComesByteByByte() {
        for (int at = HELLO.length - 1; at >= 0; at--) {
            assertEquals(0, in(part(CLIENT_HELLO, HELLO, 0, at, at + 1)));
        }
        assertArrayEquals(expected(CLIENT_HELLO, HELLO, 0, 0), out.getFirst());
        assertEquals(1, out.size());
    }

    @Test
    void shouldKeepHeapFlatWhenSixteenMessagesOfSixteenMebibytesAreDeclared() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[][] bombs = new byte[32][];
        for (int i = 0; i < bombs.length; i++) {
            bombs[i] = datagram(i % 2 == 0 ? CERTIFICATE : CLIENT_HELLO, 0xffffff, i / 2, 0, new byte[1]);
        }
        passHello();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 1_000; round++) {
            for (byte[] bomb : bombs) {
                assertEquals(BOUND, in(bomb));
            }
        }
        long perDatagram = (threads.getCurrentThreadAllocatedBytes() - before) / (bombs.length * 1_000);
        assertTrue(perDatagram < 500, perDatagram + " B a datagram"); // The segment around the array, boxes.
        assertEquals(0, out.size());
    }

    @Test
    void shouldAllocateOnceWhenTheDeclaredLengthKeepsChanging() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        in(datagram(CLIENT_HELLO, DtlsFilter.MAX_MESSAGE_BYTES, 0, 0, new byte[1]));
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            in(datagram(CLIENT_HELLO, DtlsFilter.MAX_MESSAGE_BYTES - 1 - i % 4_000, 0, 0, new byte[1]));
        }
        assertTrue((threads.getCurrentThreadAllocatedBytes() - before) / 10_000 < 1_000);
        in(whole(CLIENT_HELLO, HELLO, 0));
        assertArrayEquals(expected(CLIENT_HELLO, HELLO, 0, 0), out.getFirst());
    }

    @Test
    void shouldBoundWhatItKeepsWhenEverythingIsAlmostComplete() {
        assertEquals(0, in(datagram(CLIENT_HELLO, DtlsFilter.MAX_MESSAGE_BYTES, 0, 0, new byte[1])));
        assertEquals(BOUND, in(datagram(CLIENT_HELLO, DtlsFilter.MAX_MESSAGE_BYTES + 1, 0, 0, new byte[1])));
        assertEquals(BOUND, in(datagram(CERTIFICATE, 100, 4, 0, new byte[1])));
        assertEquals(BOUND, in(datagram(CERTIFICATE, 100, 65_535, 0, new byte[1])));
        passHello();
        for (int i = 0; i < DtlsFilter.MAX_HELD; i++) {
            assertEquals(0, in(FINISHED));
        }
        assertEquals(BOUND, in(FINISHED));
    }

    @Test
    void shouldDropWhenAFragmentIsEmptyOrLeavesItsMessage() {
        assertEquals(MALFORMED, in(datagram(CLIENT_HELLO, 100, 0, 0, new byte[0])));
        assertEquals(MALFORMED, in(datagram(CLIENT_HELLO, 0, 0, 0, new byte[0])));
        assertEquals(MALFORMED, in(datagram(CLIENT_HELLO, 100, 0, 90, new byte[11])));
        assertEquals(MALFORMED, in(datagram(CLIENT_HELLO, 100, 0, 0xffffff, new byte[11])));
        assertEquals(MALFORMED, in(record(22, 0, 0, new byte[0])));
        assertEquals(MALFORMED, in(record(22, 0, 0, new byte[11])));
        assertEquals(MALFORMED, in(new byte[0]));
        byte[] cut = whole(CLIENT_HELLO, HELLO, 0);
        for (int length = 0; length < cut.length; length += 7) {
            assertEquals(MALFORMED, in(Arrays.copyOf(cut, length)));
        }
        assertEquals(0, out.size());
    }

    @Test
    void shouldDropWhenAMessageIsNotTheOneOfItsNumber() {
        assertEquals(NOT_EXPECTED, in(whole(CERTIFICATE, CLIENT_CERTIFICATE, 1)));
        assertEquals(NOT_EXPECTED, in(whole(CERTIFICATE, CLIENT_CERTIFICATE, 0)));
        assertEquals(NOT_EXPECTED, in(FINISHED));
        assertEquals(NOT_EXPECTED, in(record(20, 0, 0, new byte[] {1})));
        assertEquals(NOT_EXPECTED, in(record(23, 0, 0, new byte[10])));
        assertEquals(NOT_EXPECTED, in(record(22, 2, 0, new byte[48])));
        passHello();
        assertEquals(NOT_EXPECTED, in(whole(CLIENT_KEY_EXCHANGE, KEY_EXCHANGE, 1)));
        assertEquals(NOT_EXPECTED, in(whole(CLIENT_HELLO, HELLO, 1)));
        assertEquals(0, out.size());
    }

    @Test
    void shouldTakeTheGoodRecordsWhenOneOfADatagramIsBad() {
        byte[] mixed = join(record(23, 0, 0, new byte[9]), whole(CLIENT_HELLO, HELLO, 0), new byte[5]);
        assertEquals(NOT_EXPECTED, in(mixed));
        assertEquals(1, out.size());
    }

    @Test
    void shouldAskForTheFlightAgainWhenTheHelloComesAgainAfterAWhile() {
        passHello();
        assertEquals(0, in(part(CLIENT_HELLO, HELLO, 0, 0, 1_175)));
        assertEquals(0, out.size(), "too soon");
        nowNs = 50_000_000;
        assertEquals(0, in(part(CLIENT_HELLO, HELLO, 0, 1_175, 1_413)));
        assertEquals(0, out.size(), "its first part counts");
        assertEquals(0, in(part(CLIENT_HELLO, HELLO, 0, 0, 1_175)));
        assertEquals(0, in(part(CLIENT_HELLO, HELLO, 0, 0, 1_175)));
        assertEquals(1, out.size());
        assertArrayEquals(expected(CLIENT_HELLO, HELLO, 0, 1), out.getFirst());
        nowNs = 200_000_000;
        in(whole(CERTIFICATE, CLIENT_CERTIFICATE, 1));
        in(whole(CLIENT_HELLO, HELLO, 0));
        assertEquals(2, out.size(), "the flight has come");
    }

    @Test
    void shouldTakeTheHelloAgainWhenItWasRefused() {
        answer = DropReason.DTLS_TOO_MANY_HANDSHAKES.code();
        assertEquals(answer, in(whole(CLIENT_HELLO, HELLO, 0)));
        assertEquals(NOT_EXPECTED, in(FINISHED));
        answer = 0;
        assertEquals(0, in(whole(CLIENT_HELLO, HELLO, 0)));
        in(whole(CERTIFICATE, CLIENT_CERTIFICATE, 1));
        assertEquals(2, out.size());
        filter.restart();
        out.clear();
        assertEquals(NOT_EXPECTED, in(whole(CERTIFICATE, CLIENT_CERTIFICATE, 1)));
        assertEquals(0, in(whole(CLIENT_HELLO, HELLO, 0)));
        assertArrayEquals(expected(CLIENT_HELLO, HELLO, 0, 0), out.getFirst());
    }

    @Test
    void shouldPassOnlyEncryptedAlertsAndHandshakeRecordsWhenConnected() {
        filter.connected();
        assertEquals(NOT_EXPECTED, in(whole(CLIENT_HELLO, HELLO, 0)));
        assertEquals(NOT_EXPECTED, in(whole(CERTIFICATE, CLIENT_CERTIFICATE, 1)));
        assertEquals(NOT_EXPECTED, in(record(20, 0, 0, new byte[] {1})));
        assertEquals(NOT_EXPECTED, in(record(21, 0, 0, new byte[] {2, 40})));
        assertEquals(NOT_EXPECTED, in(record(23, 1, 0, new byte[50])));
        assertEquals(NOT_EXPECTED, in(record(24, 1, 0, new byte[50])));
        assertEquals(MALFORMED, in(record(22, 1, 0, new byte[24])));
        assertEquals(MALFORMED, in(record(22, 1, 0, new byte[257])));
        assertEquals(0, out.size());
        assertEquals(0, in(FINISHED));
        nowNs += DtlsFilter.MIN_OPEN_INTERVAL_NS;
        assertEquals(0, in(record(21, 1, 1, new byte[26])));
        assertEquals(2, out.size());
    }

    @Test
    void shouldNoteButNotPassWhenAPlaintextAlertComes() {
        passHello();
        assertEquals(-1, filter.remoteAlert());
        assertEquals(NOT_EXPECTED, in(record(21, 0, 0, new byte[] {2, 42})));
        assertEquals(42, filter.remoteAlert());
        assertEquals(0, out.size());
    }

    @Test
    void shouldGiveOnOneRecordInAWhileWhenConnectedAndFlooded() {
        filter.connected();
        byte[][] forged = new byte[38][];
        for (int i = 0; i < forged.length; i++) {
            forged[i] = record(DtlsFilter.ALERT, 1, 1_000 + i, new byte[25]);
        }
        byte[] flood = DtlsRecords.join(forged);
        int given = 0;
        for (int i = 0; i < 1_000; i++) { // A datagram each 100 µs: a tenth of a second.
            long nowNs = Long.MAX_VALUE - 50_000_000 + i * 100_000L;
            int[] count = {0};
            int code = filter.onDatagram(MemorySegment.ofArray(flood), 0, flood.length, nowNs, (record, at) -> {
                count[0]++;
                return 0;
            });
            assertEquals(DropReason.DTLS_QUEUE_FULL.code(), code);
            given += count[0];
        }
        assertEquals(10, given);
    }
}
