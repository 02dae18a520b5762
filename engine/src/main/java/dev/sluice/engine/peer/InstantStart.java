package dev.sluice.engine.peer;

/**
 * The rule by which a player gets its first picture: a burst of what the log has since the last key frame, a request for a
 * new one, or both. All its constants stand here; what they rest on was measured in Chromium (docs/networks.md). Immutable.
 */
final class InstantStart {
    /** Begin with the log's last key frame. */
    static final int BURST = 1;
    /** Ask for a key frame: requests of all players are merged. */
    static final int REQUEST = 2;

    /** No burst is sent faster: more at once overruns the socket buffers of browsers. */
    static final long MAX_RATE_BPS = 30_000_000L;
    /** On a way that nobody has measured yet this much goes at {@link #MAX_RATE_BPS}: 137 ms of queue behind 10 Mbit/s. */
    static final long FIRST_BYTES = 256L << 10;
    /** … and the rest at this rate. */
    static final long UNKNOWN_RATE_BPS = 8_000_000L;

    /** A key frame that was asked for is good for whoever comes within this time. */
    private static final long SHARED_NS = 2_000_000_000L;
    /** A burst this short shows the last picture while a key frame is on its way. */
    private static final long CHEAP_NS = 250_000_000L;
    /** … but not before a key frame this near: it would show 20 ms sooner and be at live 50 ms later. */
    private static final long QUICK_NS = 50_000_000L;
    /** Decoding, on a laptop: 1.2 ms a frame of 640×360, 2.5 ms of 960×540. */
    private static final long DECODE_NS_PER_PIXEL = 5;

    private static final long UNKNOWN_PIXELS = 1280L * 720;
    private static final double BITS_NS = 8e9;

    private InstantStart() {}

    /**
     * What to do for a player that comes to this track.
     *
     * @param estimateBps what the player's way carries, {@link Long#MAX_VALUE} when unknown
     * @return {@link #BURST} and {@link #REQUEST}, one or both
     */
    static int choose(PublishedTrack track, KeyFrameTimes keyFrames, long estimateBps, long nowNs) {
        long keyFrame = track.log().keyFramePosition();
        if (keyFrame < 0) {
            return REQUEST;
        }
        long frames = track.frames().newestIndex() - track.frames().keyFrameIndex() + 1;
        long bytes = track.log().position() - keyFrame;
        long burstNs = burstNs(bytes, frames, pixels(track.dimensions()), estimateBps, track.bitrateBps());
        return choose(burstNs, keyFrames.answerNs(nowNs), keyFrames.answeredWithin(SHARED_NS, nowNs));
    }

    /**
     * @param burstNs until a burst has come to live, {@link Long#MAX_VALUE} for never
     * @param answerNs until a key frame would be here
     * @param sharesKeyFrame whether one was asked for a moment ago, and came
     */
    static int choose(long burstNs, long answerNs, boolean sharesKeyFrame) {
        if (burstNs <= answerNs || sharesKeyFrame && burstNs != Long.MAX_VALUE) {
            return BURST;
        }
        return burstNs <= CHEAP_NS && answerNs > QUICK_NS ? BURST | REQUEST : REQUEST;
    }

    /** Until the player has got and decoded all that has come since the key frame, what comes meanwhile included. */
    static long burstNs(long bytes, long frames, long pixels, long estimateBps, long bitrateBps) {
        long spareBps = Math.min(MAX_RATE_BPS, part(estimateBps)) - bitrateBps;
        if (spareBps <= 0) {
            return Long.MAX_VALUE;
        }
        return Math.max(frames * pixels * DECODE_NS_PER_PIXEL, (long) (bytes * BITS_NS / spareBps));
    }

    /**
     * How fast a burst is sent.
     *
     * @param sentBytes of it up to now
     * @param bitrateBps of the track: whose way does not carry it, with a little to spare, will not see it anyway
     */
    static long rateBps(long sentBytes, long estimateBps, long bitrateBps) {
        if (estimateBps == Long.MAX_VALUE && sentBytes < FIRST_BYTES) {
            return MAX_RATE_BPS;
        }
        long carriedBps = estimateBps == Long.MAX_VALUE ? UNKNOWN_RATE_BPS : part(estimateBps);
        return Math.min(MAX_RATE_BPS, Math.max(carriedBps, bitrateBps + bitrateBps / 2));
    }

    /** Below what the way carries: a burst must not make a queue. */
    private static long part(long estimateBps) {
        return estimateBps - estimateBps / 5;
    }

    private static long pixels(int dimensions) {
        long pixels = (long) (dimensions >>> 16) * (dimensions & 0xffff);
        return pixels == 0 ? UNKNOWN_PIXELS : pixels;
    }
}
