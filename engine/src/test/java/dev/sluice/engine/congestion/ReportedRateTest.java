package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReportedRateTest {
    private static final long SECOND = 1_000_000_000L;

    private final ReportedRate rate = new ReportedRate();
    private long nowNs = 5 * SECOND;
    private long octets = 1_000;

    /** A second of 1 Mbit/s, and what of it was lost. */
    private long report(double loss) {
        nowNs += SECOND;
        octets += 125_000;
        rate.onReport(loss, octets, nowNs);
        return rate.bps();
    }

    @Test
    void shouldLimitNothingWhenLittleIsLost() {
        for (int i = 0; i < 10; i++) {
            assertEquals(SendSideEstimator.UNKNOWN, report(i % 2 == 0 ? 0 : 0.05));
        }
    }

    @Test
    void shouldFallWithTheLossAndComeBackWhenItEnds() {
        report(0);
        assertEquals(850_000, report(0.3), 1_000);
        assertEquals(850_000, report(0.05), 1_000);
        assertEquals(637_500, report(0.5), 1_000);
        long before = rate.bps();
        assertTrue(report(0) > before);
        for (int i = 0; i < 30; i++) {
            report(0);
        }
        assertEquals(SendSideEstimator.UNKNOWN, rate.bps());
    }

    @Test
    void shouldKeepWithinItsBoundsWhenReportsAreNonsense() {
        for (int i = 0; i < 200; i++) {
            report(1);
        }
        assertEquals(SendSideEstimator.MIN_BPS, rate.bps());
        rate.onReport(1, octets, nowNs);
        rate.onReport(1, octets - 5, nowNs - SECOND);
        assertTrue(rate.bps() >= SendSideEstimator.MIN_BPS);
    }

    @Test
    void shouldTakeARembForMoreThanLosses() {
        report(0);
        report(0.5);
        rate.onRemb(2_000_000);
        assertEquals(2_000_000, rate.bps());
        rate.onRemb(-1);
        assertEquals(SendSideEstimator.MIN_BPS, rate.bps());
        rate.onRemb(Long.MAX_VALUE);
        assertEquals(SendSideEstimator.MAX_BPS, rate.bps());
    }
}
