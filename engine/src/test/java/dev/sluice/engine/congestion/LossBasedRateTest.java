package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is the way's own loss; bitrates are tested with all of the estimator in {@link SendSideSimulationTest}. */
class LossBasedRateTest {
    private static final long STEP_NS = 300_000_000L;
    private static final int PACKETS = 30;

    private final LossBasedRate rate = new LossBasedRate();
    private long nowNs = Long.MAX_VALUE - 3 * STEP_NS; // The clock may wrap.

    private void observe(int times, int lost) {
        for (int i = 0; i < times; i++) {
            nowNs += STEP_NS;
            rate.onFeedback(PACKETS, lost, PACKETS * 1_200L, 950_000, 2_000_000, nowNs);
        }
    }

    @Test
    void shouldNotCallAWayLossyForTheFirstTwoLosses() {
        for (int before = 0; before < 6; before++) {
            LossBasedRateTest other = new LossBasedRateTest();
            other.observe(1 + before, 0);
            assertEquals(0, other.rate.ownShare());
            for (int loss = 0; loss < 2; loss++) {
                other.observe(1, 1);
                assertEquals(0, other.rate.ownShare(), "after " + before);
            }
        }
    }

    @Test
    void shouldKnowWhatAWayLosesThroughout() {
        observe(40, 3);
        assertTrue(rate.ownShare() > 0.03 && rate.ownShare() < 0.11, () -> "" + rate.ownShare());
        observe(60, 0);
        assertEquals(0, rate.ownShare());
    }
}
