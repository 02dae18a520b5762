package dev.sluice.engine.congestion;

/**
 * The bitrate that a publisher which takes nothing better than REMB is allowed: a quarter more than what came, less on loss.
 * Confined to one media loop.
 *
 * <p>The thresholds are those of Google's loss-based controller (draft-ietf-rmcat-gcc-02 section 6): below 2 % grow, from
 * 10 % on cut by half the loss, stay in between.
 */
public final class RembEstimator {
    public static final long MIN_BITRATE_BPS = 100_000;
    public static final long MAX_BITRATE_BPS = 8_000_000;

    /** libwebrtc sends a REMB a second. */
    private static final long INTERVAL_NS = 1_000_000_000L;

    private long minBps;
    private long maxBps;
    private long startNs;
    private long receivedBytes;
    private long priorExpected;
    private long priorReceived;
    private long bitrateBps;

    public RembEstimator(long nowNs) {
        this(MIN_BITRATE_BPS, MAX_BITRATE_BPS, nowNs);
    }

    /**
     * @param minBps the estimate is never below this
     * @param maxBps and never above this
     */
    public RembEstimator(long minBps, long maxBps, long nowNs) {
        this.minBps = minBps;
        this.maxBps = maxBps;
        startNs = nowNs;
    }

    /** Other bounds from now on. */
    public void limit(long leastBps, long mostBps) {
        minBps = leastBps;
        maxBps = mostBps;
        bitrateBps = bitrateBps > 0 ? Math.clamp(bitrateBps, minBps, maxBps) : 0;
    }

    /** An RTP packet of the publisher came, of any of its streams. */
    public void onPacket(int lengthBytes) {
        receivedBytes += lengthBytes;
    }

    public long deadlineNs() {
        return startNs + INTERVAL_NS;
    }

    /**
     * Ends the interval, when its time has come, and estimates anew.
     *
     * @param expectedPackets of all streams since the start, and {@code receivedPackets} how many of them came: sums over
     *     {@link dev.sluice.engine.rtcp.ReceptionStats}
     * @return whether {@link #bitrateBps()} is to be sent now; not before anything came
     */
    public boolean onTimeout(long nowNs, long expectedPackets, long receivedPackets) {
        long elapsedNs = nowNs - startNs;
        if (elapsedNs < INTERVAL_NS) {
            return false;
        }
        long expected = expectedPackets - priorExpected;
        long lost = Math.clamp(expected - (receivedPackets - priorReceived), 0, Math.max(0, expected));
        // Nothing came: nothing was learned, and a muted camera shall find its bitrate again.
        if (receivedBytes > 0) {
            double receivedBps = receivedBytes * 8e9 / elapsedNs;
            estimate((long) receivedBps, expected > 0 ? (double) lost / expected : 0);
        }
        startNs = nowNs;
        receivedBytes = 0;
        priorExpected = expectedPackets;
        priorReceived = receivedPackets;
        return bitrateBps > 0;
    }

    /** The estimate for all streams together; 0 before the first. */
    public long bitrateBps() {
        return bitrateBps;
    }

    private void estimate(long receivedBps, double loss) {
        long next;
        if (loss >= 0.1) {
            next = (long) (receivedBps * (1 - loss / 2));
        } else if (loss >= 0.02 && bitrateBps > 0) {
            next = bitrateBps;
        } else {
            next = receivedBps + receivedBps / 4;
        }
        bitrateBps = Math.clamp(next, minBps, maxBps);
    }
}
