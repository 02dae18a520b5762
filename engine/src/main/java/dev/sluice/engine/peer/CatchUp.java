package dev.sluice.engine.peer;

import dev.sluice.engine.rtp.SendClock;

/**
 * A player's way from the log's last key frame to live: how much of the burst may go now, and its clock. It exists only while
 * the burst is under way. Confined to one media loop.
 */
final class CatchUp {
    /** A burst's packets leave in runs of this much of its rate. */
    private static final long MAX_CREDIT_NS = 5_000_000L;
    /** Whoever is not at live by then waits for a key frame: its way does not carry more than the stream. */
    private static final long MAX_NS = 3_000_000_000L;

    private static final long BITS_NS = 8_000_000_000L;

    private final SendClock clock;
    private final long startedNs;
    private long creditedNs;
    private long creditBytes;
    private long sentBytes;

    CatchUp(int clockRate, long nowNs) {
        this.clock = new SendClock(clockRate);
        this.startedNs = nowNs;
        this.creditedNs = nowNs - MAX_CREDIT_NS;
    }

    SendClock clock() {
        return clock;
    }

    /** The next frame read is this one. */
    void seek(VideoFrames frames) {
        clock.seek(frames.keyFrameIndex());
    }

    /** Takes the time and what is live now; whether packets may go. */
    void onRun(PublishedTrack source, long estimateBps, long nowNs) {
        VideoFrames frames = source.frames();
        long newest = frames.newestFrame();
        clock.onLive(VideoFrames.timestamp(newest), VideoFrames.arrivalNs(newest, nowNs), frames.newestIndex());
        long rateBps = InstantStart.rateBps(sentBytes, estimateBps, source.bitrateBps());
        long elapsedNs = Math.clamp(nowNs - creditedNs, 0, MAX_CREDIT_NS);
        creditedNs = nowNs;
        creditBytes = Math.min(creditBytes + elapsedNs * rateBps / BITS_NS, MAX_CREDIT_NS * rateBps / BITS_NS);
    }

    boolean maySend() {
        return creditBytes > 0;
    }

    void onSent(int lengthBytes) {
        creditBytes -= lengthBytes;
        sentBytes += lengthBytes;
    }

    boolean isTooLong(long nowNs) {
        return nowNs - startedNs >= MAX_NS;
    }
}
