package dev.sluice.engine.peer;

/**
 * How many frames a video track has had, when the newest began to come, and which was the newest key frame: what a player
 * needs that catches up. Safe for many threads; written by the publisher's loop alone, once for a frame.
 *
 * <p>The numbers are read one after the other while they change: one that is a frame off moves a timestamp by 11 µs.
 */
public final class VideoFrames {
    /** A timestamp and its arrival share one word, so that they belong together: 2^14 ns are 16 µs, 2^46 ns 19 hours. */
    private static final int ARRIVAL_SHIFT = 14;

    private boolean started;
    private int newest;
    private volatile long count;
    private volatile long keyFrameIndex;
    private volatile long newestAndArrival;

    /** A packet of this track came. */
    void onPacket(long timestamp, boolean startsKeyFrame, long arrivalNs) {
        int frame = (int) timestamp;
        if (!started || frame - newest > 0) {
            started = true;
            newest = frame;
            newestAndArrival = (long) frame << 32 | arrivalNs >>> ARRIVAL_SHIFT & 0xffff_ffffL;
            long next = count + 1;
            count = next;
        }
        if (startsKeyFrame) {
            keyFrameIndex = count - 1;
        }
    }

    /** Number of the newest frame, from 0; −1 before the first. */
    public long newestIndex() {
        return count - 1;
    }

    /** Number of the newest key frame. */
    public long keyFrameIndex() {
        return keyFrameIndex;
    }

    /** The newest frame's timestamp in the upper half, the lower is for {@link #arrivalNs}. */
    public long newestFrame() {
        return newestAndArrival;
    }

    /** Timestamp of a {@link #newestFrame}. */
    public static long timestamp(long frame) {
        return frame >>> 32;
    }

    /** When this {@link #newestFrame} began to come, on the clock that says it is now {@code nowNs}; to 16 µs. */
    public static long arrivalNs(long frame, long nowNs) {
        int ago = (int) (nowNs >>> ARRIVAL_SHIFT) - (int) frame;
        return nowNs - ((long) ago << ARRIVAL_SHIFT);
    }
}
