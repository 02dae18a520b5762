package dev.sluice.engine.rtp;

/**
 * Timestamps for frames that go out late and in a hurry: a burst out of the log, after which the player is to stand at live
 * without a raised delay. A frame's timestamp says when it is sent, not when it was taken, so that the receiver's jitter
 * buffer sees frames that come in time:
 *
 * <pre>
 * timestamp = min(T + (sent − arrival of T) − 20 ms, T − r), at least the previous one's + 1
 * </pre>
 *
 * with T the newest frame that has come from the publisher and r the frames still queued behind this one. Measured in
 * Chromium: untouched timestamps leave a raised delay for half a minute, fixed small steps let it grow to seconds when frames
 * are sent more slowly than they say. Confined to one media loop.
 *
 * <p>Frames that begin after {@link #end} keep their own timestamps. The clock then still knows those it has given, for
 * packets of the burst that are sent again or come late, and can be dropped when nobody asks for these any more.
 */
public final class SendClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Room below live for the frames of the burst. */
    private static final int SLACK_MS = 20;
    /** Frames whose timestamps are known: a second or two at least, and a NACK comes within a round trip. */
    private static final int KNOWN = 256;

    private static final int MS_PER_SECOND = 1_000;

    private final int clockRate;
    private final int slack;
    private final int[] in = new int[KNOWN];
    private final int[] out = new int[KNOWN];
    private int frames;
    private int newestIn;
    private int newestOut;
    private boolean hasPrevious;
    private boolean hasFrame;
    private boolean ended;
    private long endedNs;

    private long index;
    private int liveTimestamp;
    private long liveArrivalNs;
    private long liveIndex;

    public SendClock(int clockRate) {
        this.clockRate = clockRate;
        this.slack = clockRate / MS_PER_SECOND * SLACK_MS;
    }

    /** The player has got frames before, up to this timestamp: what follows is above it. */
    void continueAfter(int newestSent) {
        newestOut = newestSent;
        hasPrevious = true;
    }

    /**
     * The next frame read is this one.
     *
     * @param frameIndex its number among the source's frames
     */
    public void seek(long frameIndex) {
        index = frameIndex - 1;
        hasFrame = false;
    }

    /** The newest frame that has come from the publisher: its timestamp, when it began to come, its number. */
    public void onLive(long timestamp, long arrivalNs, long frameIndex) {
        liveTimestamp = (int) timestamp;
        liveArrivalNs = arrivalNs;
        liveIndex = frameIndex;
    }

    /** Nothing is queued any more: frames that begin from now on are live. */
    public void end(long nowNs) {
        ended = true;
        endedNs = nowNs;
    }

    public boolean isEnded() {
        return ended;
    }

    /** When {@link #end} was called. */
    public long endedNs() {
        return endedNs;
    }

    /**
     * The timestamp for a packet of this frame.
     *
     * @param shift from the source's timestamps to the player's
     */
    int map(int timestamp, int shift, long nowNs) {
        if (hasFrame && timestamp - newestIn <= 0) {
            int known = find(timestamp);
            if (known >= 0) {
                return out[known];
            }
            if (ended) {
                // An encoder that sends frames in another order than it shows them.
                return timestamp + shift;
            }
        } else {
            hasFrame = true;
            newestIn = timestamp;
            index++;
        }
        int next = ended ? timestamp + shift : wanted(nowNs) + shift;
        newestOut = hasPrevious && next - newestOut <= 0 ? newestOut + 1 : next;
        hasPrevious = true;
        in[frames % KNOWN] = timestamp;
        out[frames % KNOWN] = newestOut;
        frames++;
        return newestOut;
    }

    private int wanted(long nowNs) {
        long sinceNs = Math.clamp(nowNs - liveArrivalNs, 0, NANOS_PER_SECOND);
        int behind = Math.clamp(liveIndex - index, 0, clockRate);
        int sent = liveTimestamp + (int) (sinceNs * clockRate / NANOS_PER_SECOND) - slack;
        int below = liveTimestamp - behind;
        return sent - below < 0 ? sent : below;
    }

    /** Newest first: most packets are of the frame that is being sent. */
    private int find(int timestamp) {
        for (int i = frames - 1; i >= Math.max(0, frames - KNOWN); i--) {
            if (in[i % KNOWN] == timestamp) {
                return i % KNOWN;
            }
        }
        return -1;
    }
}
