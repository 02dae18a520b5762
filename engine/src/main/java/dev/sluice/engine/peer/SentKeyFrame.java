package dev.sluice.engine.peer;

/** When a player was last sent a key frame, against requests that cross it on the way, and how many it may ask for. Confined to one media loop. */
final class SentKeyFrame {
    private static final long FIRST_ROUND_TRIP_NS = 100_000_000L;
    /** The round trip is the player's word. */
    private static final long MOST_ROUND_TRIP_NS = 500_000_000L;

    private static final long DECODING_NS = 50_000_000L;

    /** So often a player may ask at once, and again after so long each: every key frame is one for all players of the stream. */
    private static final int MAX_REQUESTS = 5;

    private static final long REQUEST_NS = 2_000_000_000L;

    private boolean asked;
    /** When the player's last request will be paid for. */
    private long paidNs;

    private boolean sent;
    private long sentNs;

    void onSent(long nowNs) {
        sent = true;
        sentNs = nowNs;
    }

    /** Takes a request out of the player's budget; false when there is none left. */
    boolean takeRequest(long nowNs) {
        long fromNs = asked && paidNs - nowNs > 0 ? paidNs : nowNs;
        if (fromNs - nowNs > (MAX_REQUESTS - 1) * REQUEST_NS) {
            return false;
        }
        asked = true;
        paidNs = fromNs + REQUEST_NS;
        return true;
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
