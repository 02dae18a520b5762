package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReceptionStatsTest {
    private static final long MS = 1_000_000;
    private static final int RATE = 90_000;

    private final ReceptionStats stats = new ReceptionStats(0xaabbccddL, RATE);
    private final MemorySegment block = MemorySegment.ofArray(new byte[ReceptionStats.REPORT_BLOCK_BYTES]);

    @Test
    void shouldReportNoLossWhenAllCame() {
        receive(10, 110);
        write();
        assertEquals(0xaabbccddL, Bytes.u32(block, 0));
        assertEquals(0, fraction());
        assertEquals(0, lost());
        assertEquals(109, highest());
        assertEquals(100, stats.expectedPackets());
        assertEquals(100, stats.receivedPackets());
    }

    @Test
    void shouldCountTheFractionSinceTheReportBeforeWhenPacketsAreLost() {
        receive(0, 100);
        write();
        receive(125, 200);
        write();
        assertEquals(25 * 256 / 100, fraction());
        assertEquals(25, lost());
        receive(200, 300);
        write();
        assertEquals(0, fraction());
        assertEquals(25, lost());
        // Nothing since: no division by zero.
        write();
        assertEquals(0, fraction());
    }

    @Test
    void shouldStayInAByteWhenNearlyAllIsLost() {
        receive(0, 1);
        write();
        receive(2_900, 2_901);
        write();
        assertEquals(2_899 * 256 / 2_900, fraction());
        assertEquals(2_899, lost());
    }

    @Test
    void shouldReportNegativeLossWhenPacketsCameTwice() {
        receive(0, 10);
        receive(5, 10);
        write();
        assertEquals(0, fraction());
        assertEquals(-5, lost());
    }

    @Test
    void shouldCountOnWhenSequenceNumbersWrapWithLossAndReorderingAtTheWrap() {
        int[] sequences = {65_533, 65_535, 65_534, 1, 65_532, 3, 2};
        for (int sequence : sequences) {
            stats.onPacket(sequence, 0, 0);
        }
        write();
        // 65533 … 65539 expected, 65536 lost, and one of before the first counts as received (RFC 3550 A.1).
        assertEquals(65_539, highest());
        assertEquals(7, stats.expectedPackets());
        assertEquals(7, stats.receivedPackets());
        for (int i = 4; i < 200_000; i++) {
            stats.onPacket(i & 0xffff, 0, 0);
        }
        write();
        assertEquals(65_536 + 199_999, highest());
    }

    @Test
    void shouldStartAnewWhenTwoPacketsInARowConfirmARestart() {
        receive(1_000, 1_100);
        stats.onPacket(30_000, 0, 0);
        write();
        assertEquals(1_099, highest());
        assertEquals(100, stats.receivedPackets());
        receive(1_100, 1_110);
        receive(40_000, 40_010);
        write();
        assertEquals(40_009, highest());
        assertEquals(0, lost());
        assertEquals(110 + 9, stats.receivedPackets());
        assertEquals(110 + 9, stats.expectedPackets());
    }

    @Test
    void shouldIgnoreWhenAStrayPacketIsFarAway() {
        receive(0, 100);
        stats.onPacket(20_000, 0, 0);
        stats.onPacket(50_000, 0, 0);
        receive(100, 200);
        write();
        assertEquals(0, lost());
        assertEquals(199, highest());
    }

    @Test
    void shouldMeasureNoJitterWhenPacketsComeAsTheyWereSent() {
        for (int i = 0; i < 5_000; i++) {
            stats.onPacket(i & 0xffff, 0xffff_0000L + i * 3_000L & 0xffff_ffffL, i * 3_000L * 100_000 / 9);
        }
        // Conversion to clock units rounds by one at most.
        assertTrue(stats.jitter() <= 1, "jitter " + stats.jitter());
    }

    @Test
    void shouldFollowTheFormulaOfTheRfcWhenDelayVaries() {
        SplittableRandom random = new SplittableRandom(1889);
        double jitter = 0;
        double priorTransit = Double.NaN;
        for (int i = 0; i < 5_000; i++) {
            long timestamp = i * 1_800L;
            long arrivalNs = i * 20 * MS + random.nextLong(30 * MS);
            stats.onPacket(i, timestamp, arrivalNs);
            double transit = arrivalNs * 1e-9 * RATE - timestamp;
            if (i > 0) {
                jitter += (Math.abs(transit - priorTransit) - jitter) / 16;
            }
            priorTransit = transit;
        }
        assertEquals(jitter, stats.jitter(), 3);
    }

    @Test
    void shouldKeepItsJitterWhenTheSenderStartsAnotherClock() {
        receive(0, 100);
        long before = stats.jitter();
        stats.onPacket(100, 0x9000_0000L, 0);
        stats.onPacket(101, 0x9000_0000L, 0);
        assertTrue(stats.jitter() <= before + 1);
    }

    @Test
    void shouldSayNothingOfSenderReportsWhenNoneCame() {
        receive(0, 1);
        write();
        assertEquals(0, Bytes.u32(block, 16));
        assertEquals(0, Bytes.u32(block, 20));
    }

    @Test
    void shouldEchoTheSenderReportWhenOneCame() {
        receive(0, 1);
        // RFC 3550 section 6.4.1, figure 2: a report of 11:33:25.125 that waits 5.25 s.
        stats.onSenderReport(0xb44db705_20000000L, 7_000 * MS);
        stats.writeReportBlock(block, 0, 12_250 * MS);
        assertEquals(0xb7052000L, Bytes.u32(block, 16));
        assertEquals(0x00054000L, Bytes.u32(block, 20));
    }

    private void receive(int fromSequence, int toSequence) {
        for (int i = fromSequence; i < toSequence; i++) {
            stats.onPacket(i & 0xffff, 0, 0);
        }
    }

    private void write() {
        assertEquals(24, stats.writeReportBlock(block, 0, 0));
    }

    private int fraction() {
        return Bytes.u8(block, 4);
    }

    private int lost() {
        return Bytes.i32(block, 4) << 8 >> 8;
    }

    private long highest() {
        return Bytes.u32(block, 8);
    }
}
