package dev.sluice.engine.congestion;

/**
 * What the way to a player carries that sends no feedback about each packet: its REMB, or what its receiver reports' losses
 * leave (the thresholds of draft-ietf-rmcat-gcc-02 section 6). Confined to one media loop.
 */
public final class ReportedRate {
    private static final double MUCH_LOSS = 0.1;
    private static final double LITTLE_LOSS = 0.02;
    private static final double GROWTH = 1.08;
    /** So far above what is sent, losses have nothing to say any more. */
    private static final int FREE = 3;

    private boolean hasRemb;
    private long rembBps;
    private double lossBps = Double.POSITIVE_INFINITY;
    private long lastNs;
    private long lastOctets;

    /** The player's own estimate; whatever it says, the result keeps within an estimator's bounds. */
    public void onRemb(long bps) {
        hasRemb = true;
        rembBps = Math.clamp(bps, SendSideEstimator.MIN_BPS, SendSideEstimator.MAX_BPS);
    }

    /**
     * A receiver report about the picture, about once a second.
     *
     * @param lossShare since the report before
     * @param octets of payload sent in all
     */
    public void onReport(double lossShare, long octets, long nowNs) {
        long elapsedNs = nowNs - lastNs;
        boolean first = lastOctets == 0;
        double sentBps = elapsedNs <= 0 ? 0 : (octets - lastOctets) * 8e9 / elapsedNs;
        lastNs = nowNs;
        lastOctets = octets;
        if (first || sentBps <= 0) {
            return;
        }
        if (lossShare >= MUCH_LOSS) {
            lossBps = Math.max(SendSideEstimator.MIN_BPS, Math.min(lossBps, sentBps) * (1 - lossShare / 2));
        } else if (lossShare < LITTLE_LOSS) {
            lossBps = lossBps * GROWTH > FREE * sentBps ? Double.POSITIVE_INFINITY : lossBps * GROWTH;
        }
    }

    /** {@link SendSideEstimator#UNKNOWN} while nothing limits. */
    public long bps() {
        if (hasRemb) {
            return rembBps;
        }
        return Double.isInfinite(lossBps) ? SendSideEstimator.UNKNOWN : (long) lossBps;
    }
}
