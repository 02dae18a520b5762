package dev.sluice.engine.peer;

/**
 * How much one track may send again to one player: half of what the stream sends anyway, which makes up for a loss of a
 * third (of a fifth where answers go twice), no more than half of what the player's way carries, and a burst, no longer than a quarter
 * of a second of that way: the picture waits behind it. So a player that asks for everything, for ever, gets no more than that. Confined
 * to one media loop.
 */
final class ResendBudget {
    /** Before a stream's bitrate is known, and for streams that hardly send. */
    static final long LEAST_BPS = 500_000;
    /** What may be lost at once: a quarter of a second of the stream, or this much. */
    static final long LEAST_BURST_BYTES = 64 << 10;

    /** A few packets, however narrow the way. */
    private static final long LEAST_BURST_OF_WAY_BYTES = 4 << 10;

    private static final int BURSTS_PER_SECOND = 4;

    private boolean started;
    private long leftBytes;
    private long lastNs;

    /**
     * Takes this many bytes out of the budget.
     *
     * @param streamBps what the track sends
     * @param wayBps what the way to the player carries; {@link Long#MAX_VALUE} while unknown
     * @return false when there is not enough left; nothing is taken then
     */
    boolean take(int lengthBytes, long streamBps, long wayBps, long nowNs) {
        long burstBytes = Math.min(
                Math.max(LEAST_BURST_BYTES, streamBps / Byte.SIZE / BURSTS_PER_SECOND),
                Math.max(LEAST_BURST_OF_WAY_BYTES, wayBps / Byte.SIZE / BURSTS_PER_SECOND));
        if (!started) {
            started = true;
            leftBytes = burstBytes;
            lastNs = nowNs;
        }
        // By whole milliseconds; the rest of one counts next time.
        long elapsedMs = (nowNs - lastNs) / 1_000_000;
        lastNs += elapsedMs * 1_000_000;
        // Two seconds earn more than any burst.
        long bps = Math.min(Math.max(LEAST_BPS, streamBps / 2), wayBps / 2);
        long earnedBytes = bps / Byte.SIZE * Math.clamp(elapsedMs, 0, 2_000) / 1_000;
        leftBytes = Math.min(burstBytes, leftBytes + earnedBytes);
        if (leftBytes < lengthBytes) {
            return false;
        }
        leftBytes -= lengthBytes;
        return true;
    }
}
