package dev.sluice.engine.congestion;

/**
 * The bitrate by delay: grows while no queue does, falls below what arrives when one grows (draft-ietf-rmcat-gcc-02 section
 * 5.5; additive increase near the rate at which queues grew before). Confined to one media loop.
 */
final class DelayBasedRate {
    private static final double BACK_OFF = 0.85;
    /** A queue longer than this is to drain in about a second: the bitrate falls by as much more, in shares a second of queue. */
    private static final double LONG_QUEUE_SECONDS = 0.1;

    private static final double MAX_EXTRA_BACK_OFF = 0.35;
    /** A queue that takes longer to drain was not ours alone: what is left then is to be found anew. */
    private static final long DRAIN_NS = 3_000_000_000L;

    private static final double GROWTH_PER_SECOND = 1.08;
    private static final long MIN_STEP_BPS = 4_000;
    /** Feedback comes every 100 ms or so, and a frame's packets wait for it. */
    private static final long FEEDBACK_NS = 100_000_000L;

    private static final double PACKET_BITS = 1_200 * 8;
    /** How far above what arrives the estimate may grow: nothing was learned about more. */
    private static final double MAX_OVER_ARRIVING = 1.5;

    private static final long OVER_ARRIVING_BPS = 10_000;
    private static final double KNOWN_RATE_WEIGHT = 0.05;

    private double bps;
    /** What is left of the last step down once its queue has drained; 0 for none. */
    private long drainedBps;

    private boolean increasing = true;
    private long changedNs;
    private long decreasedNs;
    private boolean decreased;
    /** Mean and relative variance of what arrived when a queue grew, kbit/s; −1 while unknown. */
    private double knownKbps = -1;

    private double knownVariance = 0.4;

    DelayBasedRate(long startBps, long nowNs) {
        bps = startBps;
        changedNs = nowNs;
    }

    long bps() {
        return (long) bps;
    }

    /** A measurement from elsewhere, a probe's. */
    void set(long measuredBps, long nowNs) {
        bps = measuredBps;
        drainedBps = 0;
        changedNs = nowNs;
        knownKbps = -1;
    }

    /**
     * One feedback's verdict.
     *
     * @param arrivingBps acknowledged bitrate, −1 while unknown
     * @param carriedBps what the way was seen to carry when the queue grew; at most 0 while unknown
     * @param queueUs what stands in queues now
     * @param drained whether that is no more than the way's own unrest
     * @param ceilingBps growth ends here where nothing more is sent
     */
    void update(
            DelayTrend.Usage usage,
            long arrivingBps,
            long carriedBps,
            long queueUs,
            boolean drained,
            long ceilingBps,
            long roundTripNs,
            long nowNs) {
        if (drainedBps > 0 && drained) {
            if (nowNs - decreasedNs < DRAIN_NS) {
                bps = Math.max(bps, drainedBps);
                increasing = false;
            }
            drainedBps = 0;
        }
        switch (usage) {
            case OVER -> {
                if (mayDecrease(arrivingBps, roundTripNs, nowNs)) {
                    decrease(carriedBps, queueUs, nowNs);
                }
                increasing = false;
            }
            case UNDER -> increasing = false;
            case NORMAL -> {
                if (increasing) {
                    increase(arrivingBps, ceilingBps, roundTripNs, nowNs);
                }
                increasing = true;
            }
        }
        changedNs = nowNs;
    }

    /** Once a round trip: before that the feedback is still about the bitrate before. */
    private boolean mayDecrease(long arrivingBps, long roundTripNs, long nowNs) {
        boolean farOver = arrivingBps >= 0 && arrivingBps < bps / 2;
        return !decreased || farOver || nowNs - decreasedNs >= Math.clamp(roundTripNs, 10_000_000L, 200_000_000L);
    }

    private void decrease(long carriedBps, long queueUs, long nowNs) {
        double kbps = (carriedBps <= 0 ? bps : carriedBps) / 1e3;
        double share = BACK_OFF - Math.clamp(queueUs / 1e6 - LONG_QUEUE_SECONDS, 0, MAX_EXTRA_BACK_OFF);
        if (share * kbps * 1e3 >= bps) {
            return;
        }
        // What others' queue hides is no reason to come back higher.
        long beforeBps = drainedBps > 0 ? drainedBps : (long) bps;
        drainedBps = Math.min(beforeBps, (long) (BACK_OFF * kbps * 1e3));
        bps = share * kbps * 1e3;
        if (knownKbps >= 0 && kbps < knownKbps - 3 * deviation()) {
            knownKbps = -1;
        }
        know(kbps);
        decreased = true;
        decreasedNs = nowNs;
    }

    private void increase(long arrivingBps, long ceilingBps, long roundTripNs, long nowNs) {
        if (knownKbps >= 0 && arrivingBps / 1e3 > knownKbps + 3 * deviation()) {
            knownKbps = -1;
        }
        double elapsedSeconds = Math.clamp(nowNs - changedNs, 0, 1_000_000_000L) / 1e9;
        double next;
        if (knownKbps >= 0) {
            double perSecond = PACKET_BITS * 1e9 / (roundTripNs + FEEDBACK_NS);
            next = bps + Math.max(MIN_STEP_BPS, perSecond) * elapsedSeconds;
        } else {
            next = bps * Math.pow(GROWTH_PER_SECOND, elapsedSeconds) + 1_000 * elapsedSeconds;
        }
        double most = arrivingBps < 0 ? bps : MAX_OVER_ARRIVING * arrivingBps + OVER_ARRIVING_BPS;
        bps = Math.max(bps, Math.min(next, Math.max(most, ceilingBps)));
    }

    private double deviation() {
        return Math.sqrt(knownVariance * knownKbps);
    }

    private void know(double kbps) {
        if (knownKbps < 0) {
            knownKbps = kbps;
        } else {
            knownKbps = (1 - KNOWN_RATE_WEIGHT) * knownKbps + KNOWN_RATE_WEIGHT * kbps;
        }
        double error = knownKbps - kbps;
        double norm = Math.max(knownKbps, 1);
        knownVariance = Math.clamp(
                (1 - KNOWN_RATE_WEIGHT) * knownVariance + KNOWN_RATE_WEIGHT * error * error / norm, 0.4, 2.5);
    }
}
