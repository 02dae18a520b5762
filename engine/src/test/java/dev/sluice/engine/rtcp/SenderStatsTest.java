package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SenderStatsTest {
    /** RFC 3550 section 6.4.1, figure 2: the report's arrival, 11:33:36.5. */
    private static final long ARRIVAL = 0xb44db710_80000000L;

    private static final long LSR = 0xb7052000L;
    private static final long DLSR = 0x00054000L;

    private final SenderStats stats = new SenderStats();

    @Test
    void shouldFindTheRoundTripOfTheRfcWhenItsReportComes() {
        assertFalse(stats.isReported());
        assertEquals(-1, stats.roundTripNs());
        report(LSR, DLSR, ARRIVAL);
        assertTrue(stats.isReported());
        assertEquals(6_125_000_000L, stats.roundTripNs());
        assertEquals(64, stats.fractionLost());
        assertEquals(-2, stats.cumulativeLost());
        assertEquals(77, stats.jitter());
    }

    @Test
    void shouldKnowNoRoundTripWhenTheRemoteSawNoReport() {
        report(0, 0, ARRIVAL);
        assertTrue(stats.isReported());
        assertEquals(-1, stats.roundTripNs());
    }

    @Test
    void shouldKeepTheLastRoundTripWhenAnEchoIsImpossible() {
        report(LSR, DLSR, ARRIVAL);
        report(LSR, 0xffffffffL, ARRIVAL);
        assertEquals(6_125_000_000L, stats.roundTripNs());
        report(1, 1, ARRIVAL);
        assertEquals(6_125_000_000L, stats.roundTripNs());
        report(0xb7112000L, 0, ARRIVAL);
        assertEquals(6_125_000_000L, stats.roundTripNs());
    }

    @Test
    void shouldTakeZeroWhenRoundingMadeItNegative() {
        report(NtpTime.compact(ARRIVAL) - 10, 11, ARRIVAL);
        assertEquals(0, stats.roundTripNs());
    }

    @Test
    void shouldFindTheRoundTripWhenCompactTimeWrapsBetween() {
        // LSR 0xffff:c000, now 0x0000:4000 after the wrap of the middle 32 bits: half a second.
        report(0xffffc000L, 0, 0x00010000_40000000L);
        assertEquals(500_000_000L, stats.roundTripNs());
    }

    private void report(long lastSenderReport, long delay, long nowNtp) {
        MemorySegment packet = MemorySegment.ofArray(new byte[32]);
        RtcpWriter.writeReceiverReport(packet, 0, 1, 1);
        Bytes.put32(packet, 12, 0x40fffffeL);
        Bytes.put32(packet, 20, 77);
        Bytes.put32(packet, 24, lastSenderReport);
        Bytes.put32(packet, 28, delay);
        RtcpReader reader = new RtcpReader();
        assertEquals(0, reader.open(packet, 0, 32));
        assertEquals(RtcpReader.RECEIVER_REPORT, reader.next());
        stats.onReportBlock(reader, 0, nowNtp);
    }
}
