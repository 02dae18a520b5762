package dev.sluice.engine.congestion;

/**
 * Spreads what one player is sent over time, on a way that is hardly wider than the stream: bursts of 5 ms of its bitrate.
 * Confined to one media loop.
 */
public final class Pacer {
    /** A loop that sleeps wakes to the millisecond, and packets that leave together cost less. */
    private static final long BURST_NS = 5_000_000L;

    /** When what was sent will be through, at the paced bitrate. */
    private long busyUntilNs;

    public Pacer(long nowNs) {
        busyUntilNs = nowNs;
    }

    /** How many bytes may leave now; 0 or less while earlier ones fill the burst. */
    public long allowanceBytes(long rateBps, long nowNs) {
        long freeNs = BURST_NS - Math.max(0, busyUntilNs - nowNs);
        return freeNs <= 0 ? 0 : Math.max(1, freeNs * (rateBps / 1_000) / 8_000_000L);
    }

    /** These bytes left, be it by allowance or because they could not wait. */
    public void onSent(long bytes, long rateBps, long nowNs) {
        long takesNs = bytes * 8_000_000L / Math.max(1, rateBps / 1_000);
        busyUntilNs = (busyUntilNs - nowNs > 0 ? busyUntilNs : nowNs) + takesNs;
    }

    /** When there is allowance again for a packet or two. */
    public long nextNs() {
        return busyUntilNs - BURST_NS / 2;
    }
}
