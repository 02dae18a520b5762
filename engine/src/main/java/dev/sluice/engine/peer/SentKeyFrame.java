package dev.sluice.engine.peer;

/** When a player was last sent a key frame, against requests that cross it on the way. Confined to one media loop. */
final class SentKeyFrame {
    private static final long FIRST_ROUND_TRIP_NS = 100_000_000L;
    /** The round trip is the player's word. */
    private static final long MOST_ROUND_TRIP_NS = 500_000_000L;

    private static final long DECODING_NS = 50_000_000L;

    private boolean sent;
    private long sentNs;

    void onSent(long nowNs) {
        sent = true;
        sentNs = nowNs;
    }

    /**
     * Whether one has left that the player cannot have decoded when it asked: a round trip before, and what its jitter buffer
     * takes.
     *
     * @param roundTripNs −1 while unknown
     */
    boolean isUnderWay(long roundTripNs, long nowNs) {
        long knownNs = roundTripNs < 0 ? FIRST_ROUND_TRIP_NS : roundTripNs;
        return sent && nowNs - sentNs < Math.min(knownNs, MOST_ROUND_TRIP_NS) + DECODING_NS;
    }
}
