package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RembEstimatorTest {
    private static final long MS = 1_000_000;
    private static final int PACKET_BYTES = 1_000;

    private final RembEstimator estimator = new RembEstimator(5_000 * MS);
    private long nowNs = 5_000 * MS;
    private long expected;
    private long received;

    @Test
    void shouldAllowAQuarterMoreWhenAllComes() {
        assertEquals(1_250_000, second(125, 0));
        assertEquals(2_500_000, second(250, 0));
        assertEquals(1_250_000, second(125, 1));
    }

    @Test
    void shouldStayWithinItsBoundsWhateverComes() {
        assertEquals(RembEstimator.MIN_BITRATE_BPS, second(1, 0));
        assertEquals(RembEstimator.MAX_BITRATE_BPS, second(5_000, 0));
        assertEquals(RembEstimator.MIN_BITRATE_BPS, second(2, 500));
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 2_000; i++) {
            long bitrate = second(random.nextInt(3_000), random.nextInt(300));
            assertTrue(bitrate >= 100_000 && bitrate <= 8_000_000, "bitrate " + bitrate);
        }
    }

    @Test
    void shouldCutByHalfTheLossWhenMuchIsLost() {
        second(250, 0);
        // A fifth of 250 lost: 1.6 Mbit/s came, 90 % of it remain.
        assertEquals(1_440_000, second(200, 50));
    }

    @Test
    void shouldHoldWhenALittleIsLost() {
        second(250, 0);
        assertEquals(2_500_000, second(240, 10));
        assertEquals(2_500_000, second(228, 22));
        // Again and again: what is lost at random must not wear the bitrate down.
        for (int i = 0; i < 100; i++) {
            assertEquals(2_500_000, second(240, 10));
        }
    }

    @Test
    void shouldGrowToTheBoundWhenTheSenderFollows() {
        long bitrate = second(40, 0);
        int seconds = 1;
        while (bitrate < RembEstimator.MAX_BITRATE_BPS) {
            bitrate = second((int) (bitrate / 8 / PACKET_BYTES), 0);
            seconds++;
        }
        assertTrue(seconds < 20, seconds + " s");
    }

    @Test
    void shouldSayNothingWhenNotDueOrBeforeAnythingCame() {
        assertEquals(6_000 * MS, estimator.deadlineNs());
        assertFalse(estimator.onTimeout(5_999 * MS, 0, 0));
        assertFalse(estimator.onTimeout(6_000 * MS, 0, 0));
        assertEquals(7_000 * MS, estimator.deadlineNs());
        assertEquals(0, estimator.bitrateBps());
    }

    @Test
    void shouldKeepItsWordWhenTheSenderPauses() {
        second(250, 0);
        assertEquals(2_500_000, second(0, 0));
        assertEquals(2_500_000, second(0, 0));
        assertEquals(2_500_000, second(250, 0));
    }

    @Test
    void shouldMeasureByTheTimeThatPassedWhenCalledLate() {
        for (int i = 0; i < 500; i++) {
            estimator.onPacket(PACKET_BYTES);
        }
        assertTrue(estimator.onTimeout(nowNs + 2_000 * MS, 500, 500));
        assertEquals(2_500_000, estimator.bitrateBps());
    }

    private long second(int packets, int lost) {
        for (int i = 0; i < packets; i++) {
            estimator.onPacket(PACKET_BYTES);
        }
        expected += packets + lost;
        received += packets;
        nowNs += 1_000 * MS;
        boolean due = estimator.onTimeout(nowNs, expected, received);
        assertEquals(estimator.bitrateBps() > 0, due);
        return estimator.bitrateBps();
    }
}
