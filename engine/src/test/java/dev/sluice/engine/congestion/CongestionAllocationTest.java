package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** No object per packet or feedback. */
class CongestionAllocationTest {
    private static final int ROUNDS = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final TransportCcRecorder recorder = new TransportCcRecorder();
    private final RembEstimator estimator = new RembEstimator(0);
    private final SendSideEstimator sender = new SendSideEstimator(true, 0);
    private int sequence;
    private long nowNs;

    @Test
    void shouldAllocateNothingWhenAHundredThousandPacketsCome() {
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
            nowNs += 1_700_000;
            sequence += (i & 63) == 0 ? 3 : 1;
            recorder.onPacket((i & 31) == 0 ? sequence - 2 : sequence, nowNs);
            estimator.onPacket(1_200);
            sender.onSent(i & 0xffff, 1_200, nowNs);
            if ((i & 63) == 5) {
                sender.onMissing(i - 20 & 0xffff);
            }
            sender.onArrived(i - 20 & 0xffff, nowNs / 1_000);
            if ((i & 15) == 0) {
                sender.onFeedbackEnd(nowNs);
            }
            sum += sender.assumedBps();
            while (recorder.isPending() && recorder.deadlineNs() - nowNs <= 0) {
                sum += recorder.writeFeedback(memory, 0, 1_200, 1, 2);
            }
            if (estimator.onTimeout(nowNs, i, i - 5)) {
                sum += estimator.bitrateBps();
            }
        }
        return sum;
    }
}
