package dev.sluice.engine.rtcp;

/**
 * What the remote last reported about one stream that we send: loss, jitter, round trip. All of it is the remote's word:
 * it decides about what that remote gets, and nothing else. Confined to one media loop.
 */
public final class SenderStats {
    private static final long WINDOW_SECONDS = 30;
    private static final long MAX_QUEUE_NS = 20_000_000L;

    private boolean reported;
    private int fractionLost;
    private int cumulativeLost;
    private long jitter;
    private long roundTripNs = -1;
    /** The shortest round trips of this window and the one before: the way may change, and its length with it. */
    private long leastNs = Long.MAX_VALUE;

    private long formerLeastNs = Long.MAX_VALUE;
    private long windowStartNtp;
    private long queueingNs;

    /**
     * Takes a report block about this stream (RFC 3550 section 6.4.1).
     *
     * @param nowNtp now on the clock that our sender reports are made from
     */
    public void onReportBlock(RtcpReader reader, int index, long nowNtp) {
        reported = true;
        fractionLost = reader.fractionLost(index);
        cumulativeLost = reader.cumulativeLost(index);
        jitter = reader.jitter(index);
        queueingNs = 0;
        long shownNs =
                NtpTime.roundTripNs(nowNtp, reader.lastSenderReport(index), reader.delaySinceLastSenderReport(index));
        if (shownNs >= 0) {
            roundTripNs = shownNs;
            onRoundTrip(nowNtp);
        }
    }

    /** Whether a report came. */
    public boolean isReported() {
        return reported;
    }

    /** Packets lost between the last two reports, in 1/256. */
    public int fractionLost() {
        return fractionLost;
    }

    /** The same as a share; 0 while a queue stands on the way, which may be the reason. */
    public double lossShareWithoutQueue() {
        return queueingNs > MAX_QUEUE_NS ? 0 : fractionLost / 256.0;
    }

    public int cumulativeLost() {
        return cumulativeLost;
    }

    /** Interarrival jitter in units of the stream's clock. */
    public long jitter() {
        return jitter;
    }

    /** Round trip; −1 while unknown. */
    public long roundTripNs() {
        return roundTripNs;
    }

    private void onRoundTrip(long nowNtp) {
        if (nowNtp - windowStartNtp >>> 32 >= WINDOW_SECONDS) {
            windowStartNtp = nowNtp;
            formerLeastNs = leastNs;
            leastNs = Long.MAX_VALUE;
        }
        leastNs = Math.min(leastNs, roundTripNs);
        queueingNs = roundTripNs - Math.min(leastNs, formerLeastNs);
    }

    /**
     * By the last report, how much longer the round trip was than the shortest of the last half minute or so: time in
     * queues; 0 when the report did not say.
     */
    public long queueingNs() {
        return queueingNs;
    }
}
