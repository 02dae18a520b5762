package dev.sluice.engine.peer;

import dev.sluice.engine.metrics.DropReason;

/**
 * Key frames of one track as one player sees them: when it was last sent one, against requests that cross it on the way, whether one
 * was asked for, and how many it may ask for. Confined to one media loop.
 */
final class PlayerKeyFrames {
    private static final long FIRST_ROUND_TRIP_NS = 100_000_000L;
    /** The round trip is the player's word. */
    private static final long MOST_ROUND_TRIP_NS = 500_000_000L;

    private static final long DECODING_NS = 50_000_000L;

    /** So often a player may ask at once, and again after so long each: every key frame is one for all players of the stream. */
    private static final int MAX_REQUESTS = 5;

    private static final long REQUEST_NS = 2_000_000_000L;

    private boolean requested;
    /** When the player's last request will be paid for. */
    private long paidNs;

    private boolean awaited;
    private boolean sent;
    private long sentNs;

    /** Whether the publisher was asked for one, for this player, and none has begun since. */
    boolean isAwaited() {
        return awaited;
    }

    /**
     * Asks the publisher for one.
     *
     * @param source what the player reads; null for nothing
     */
    void ask(Publication publication, PublishedTrack source) {
        if (source != null) {
            awaited = true;
            publication.requestKeyFrame(source);
        }
    }

    /** One begins. */
    void onSent(long nowNs) {
        awaited = false;
        sent = true;
        sentNs = nowNs;
    }

    /**
     * Whether the player's request of now is one for its publisher: no key frame is on its way that answers it, and there is budget.
     *
     * @param roundTripNs −1 while unknown
     */
    boolean mayAsk(long roundTripNs, long nowNs, PeerSink sink) {
        return !isUnderWay(roundTripNs, nowNs) && takeRequest(nowNs, sink);
    }

    /** Takes a request out of the player's budget, whatever is on its way; false when there is none left. */
    boolean takeRequest(long nowNs, PeerSink sink) {
        boolean taken = tryRequest(nowNs);
        if (!taken) {
            sink.drop(DropReason.KEY_FRAME_OVER_BUDGET);
        }
        return taken;
    }

    /** As {@link #takeRequest}, of our own accord: a refusal is nothing that the player did. */
    boolean tryRequest(long nowNs) {
        long fromNs = requested && paidNs - nowNs > 0 ? paidNs : nowNs;
        if (fromNs - nowNs > (MAX_REQUESTS - 1) * REQUEST_NS) {
            return false;
        }
        requested = true;
        paidNs = fromNs + REQUEST_NS;
        return true;
    }

    /** Whether one has left that the player cannot have decoded when it asked: a round trip before, and what its jitter buffer takes. */
    private boolean isUnderWay(long roundTripNs, long nowNs) {
        long knownNs = roundTripNs < 0 ? FIRST_ROUND_TRIP_NS : roundTripNs;
        return sent && nowNs - sentNs < Math.min(knownNs, MOST_ROUND_TRIP_NS) + DECODING_NS;
    }
}
