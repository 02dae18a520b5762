package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** No object per packet, whatever is read, written or counted. */
class RtcpAllocationTest {
    private static final int ROUNDS = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final RtcpReader reader = new RtcpReader();
    private final ReceptionStats reception = new ReceptionStats(1, 90_000);
    private final SenderStats sender = new SenderStats();
    private final SenderReportClock clock = new SenderReportClock(new PublicationClock(), 90_000);
    private final SenderReportClock guess = new SenderReportClock(new PublicationClock(), 90_000);
    private final NtpTime ntp = new NtpTime(1_800_000_000_000_000_000L, 0);
    private final byte[] cname = "cname".getBytes(StandardCharsets.US_ASCII);
    private final long[] ssrcs = {1, 2};

    @Test
    void shouldAllocateNothingWhenAHundredThousandPacketsAreWrittenAndRead() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(1500);
            long sum = 0;
            long leastBytes = Long.MAX_VALUE;
            // The compiler's own doings (a deoptimisation puts objects back that it had saved) may fall into a round.
            for (int attempt = 0; attempt < 5 && leastBytes > 0; attempt++) {
                long beforeBytes = THREADS.getCurrentThreadAllocatedBytes();
                sum += rounds(memory);
                leastBytes = Math.min(leastBytes, THREADS.getCurrentThreadAllocatedBytes() - beforeBytes);
            }
            assertEquals(0, leastBytes, "sum " + sum);
        }
    }

    private long rounds(MemorySegment memory) {
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long nowNs = i * 20_000_000L;
            reception.onPacket(i & 0xffff, i * 1_800L, nowNs);
            guess.onPacket(i * 1_800L, nowNs - i);
            int length = write(memory, nowNs);
            reader.open(memory, 0, length);
            for (int kind = reader.next(); kind > 0; kind = reader.next()) {
                sum += kind;
                if (kind == RtcpReader.SENDER_REPORT) {
                    reception.onSenderReport(reader.ntpTime(), nowNs);
                    clock.onSenderReport(reader.ntpTime(), reader.rtpTimestamp(), nowNs);
                    sender.onReportBlock(reader, 0, ntp.at(nowNs));
                }
            }
            sum += RtcpWalk.walk(reader, memory, 0, length);
            sum += clock.timestampAt(nowNs) + guess.timestampAt(nowNs) + sender.roundTripNs();
        }
        return sum;
    }

    private int write(MemorySegment memory, long nowNs) {
        int at = RtcpWriter.writeSenderReport(memory, 0, 1, ntp.at(nowNs), nowNs / 1_000, 5, 6, 1);
        at += reception.writeReportBlock(memory, at, nowNs);
        at += RtcpWriter.writeSourceDescription(memory, at, 1, cname);
        at += RtcpWriter.writePli(memory, at, 1, 2);
        at += RtcpWriter.writeFir(memory, at, 1, 2, 3);
        at += RtcpWriter.writeRemb(memory, at, 1, 1_000_000, ssrcs, 2);
        at += RtcpWriter.writeBye(memory, at, 1);
        return at;
    }
}
