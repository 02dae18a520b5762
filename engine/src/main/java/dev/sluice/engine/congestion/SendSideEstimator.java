package dev.sluice.engine.congestion;

/**
 * What the way to one player carries, from transport-wide feedback: the lower of what delay and what losses allow, raised
 * where a probe found more. Confined to one media loop.
 *
 * <p>All feedback is the remote's word about packets that really left: what was never sent, is long gone or was acknowledged
 * before is ignored, and the result keeps within {@link #MIN_BPS} and {@link #MAX_BPS} whatever is claimed.
 */
public final class SendSideEstimator {
    public static final long MIN_BPS = 50_000;
    public static final long MAX_BPS = 100_000_000;
    /** Of {@link #estimateBps()} before anything was learned. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    private static final long START_BPS = 1_000_000;
    /**
     * Without a sign of the way's end the estimate counts when so long a good part of what is wanted came, where there are no
     * probes; with them not before they found room: a low arrival rate may be the sender's own doing.
     */
    private static final long LEARNING_NS = 1_500_000_000L;
    /** The way is probed for a multiple of what is wanted, so that frames may leave in one piece. */
    private static final int GOAL = 4;
    /** With so much more than wanted there is nothing to probe for, or each key frame in what is wanted would be a reason. */
    private static final int ENOUGH = 3;
    /** With so much more than wanted, probes are rare. */
    private static final double CONTENT = 2;

    private static final double STREAM_LIMITED = 0.8;
    private static final long MAX_PROBE_QUEUE_US = 40_000;
    private static final double MAX_PROBE_LOSS = 0.04;
    /** No feedback for so long, and for so many of its usual intervals (50 to 250 ms for browsers): nothing gets through. */
    private static final long SILENCE_NS = 1_000_000_000L;

    private static final int SILENT_INTERVALS = 3;
    private static final long MAX_INTERVAL_NS = 5_000_000_000L;

    private final SentPackets sent = new SentPackets();
    private final ArrivalGroups groups = new ArrivalGroups();
    private final StandingQueue queue = new StandingQueue();
    private final DelayTrend trend = new DelayTrend();
    private final AcknowledgedRate arriving = new AcknowledgedRate();
    private final BusyRate busy = new BusyRate();
    private final LossBasedRate losses = new LossBasedRate();
    private final DelayBasedRate delays;
    private final Prober prober;
    private boolean probes;

    private long wantedBps;
    private boolean heard;
    private boolean learned;
    private boolean started;
    private long learningNs;
    private long lastFeedbackNs;
    /** The longest of the last intervals between two feedbacks, an eighth less with each that is shorter. */
    private long intervalNs;

    private long lastSentNs;
    /** The first packet that left since the last feedback, in a stream without a pause. */
    private long unansweredSinceNs;

    private boolean answered = true;
    private long roundTripNs = 100_000_000L;
    private long bps = START_BPS;

    /** Of the feedback being read. */
    private int feedbackPackets;

    private int feedbackLost;
    private long feedbackBytes;
    private long newestSentNs;
    /** What arrived while a queue stood, of the time when it was found to grow. */
    private long busyBps;

    private DelayTrend.Usage usage = DelayTrend.Usage.NORMAL;

    /** @param probes whether the player can be sent padding */
    public SendSideEstimator(boolean probes, long nowNs) {
        this.probes = probes;
        delays = new DelayBasedRate(START_BPS, nowNs);
        prober = new Prober(nowNs);
        lastFeedbackNs = nowNs;
    }

    /** A packet with this transport-wide sequence number left. */
    public void onSent(int sequence, int lengthBytes, long nowNs) {
        sent.onSent(sequence, lengthBytes, nowNs);
        if (answered || nowNs - lastSentNs > SILENCE_NS / 2) {
            answered = false;
            unansweredSinceNs = nowNs;
        }
        lastSentNs = nowNs;
    }

    /** Whether the player can be sent padding from now on. */
    public void setProbes(boolean probes) {
        this.probes = probes;
    }

    /** What the player could use at most, all tracks together; 0 while unknown: then nothing is probed for. */
    public void setWantedBps(long wantedBps) {
        this.wantedBps = wantedBps;
    }

    /** Feedback says that the packet with this 16-bit number arrived, by the remote's clock. */
    public void onArrived(int sequence, long arrivalUs) {
        long packet = sent.find(sequence);
        if (packet == SentPackets.NONE) {
            return;
        }
        int lengthBytes = sent.lengthBytes(packet);
        long sentNs = sent.sentNs(packet);
        if (sent.isMissing(packet)) {
            feedbackLost--;
        } else {
            feedbackPackets++;
            feedbackBytes += lengthBytes;
        }
        sent.forget(packet);
        newestSentNs = Math.max(newestSentNs, sentNs);
        prober.onArrived(packet, lengthBytes, arrivalUs);
        arriving.onPacket(lengthBytes, arrivalUs, isStreamLimited());
        if (groups.onPacket(lengthBytes, sentNs / 1_000, arrivalUs)) {
            onGroup();
        }
        // After the groups: this packet's may be the one that ends a queue whose rate the group before wants to know.
        busy.onPacket(
                lengthBytes,
                sentNs / 1_000,
                arrivalUs,
                queue.isBaseKnown() ? arrivalUs - sentNs / 1_000 - queue.baseUs() : 0);
    }

    /** One group that finds a queue growing decides, however many groups a feedback is about. */
    private void onGroup() {
        queue.onGroup(groups.groupArrivalUs(), groups.groupTransitUs(), groups.bytesBefore() * 8_000_000L / bps);
        trend.onGroup(groups.sentDeltaUs(), groups.arrivalDeltaUs(), groups.groupArrivalUs(), queue.isStanding());
        if (trend.usage() == DelayTrend.Usage.OVER) {
            // Of a queue that is others' work we know only that it grows: a step down, no more.
            long carriedBps = busy.isSlowed() ? busy.bps() : Math.max(busy.bps(), delays.bps());
            busyBps = Math.max(usage == DelayTrend.Usage.OVER ? busyBps : 0, carriedBps);
            usage = DelayTrend.Usage.OVER;
        } else if (usage != DelayTrend.Usage.OVER) {
            usage = trend.usage();
        }
    }

    /** Feedback passes over the packet with this 16-bit number. */
    public void onMissing(int sequence) {
        long packet = sent.find(sequence);
        if (packet != SentPackets.NONE && !sent.isMissing(packet)) {
            sent.markMissing(packet);
            feedbackPackets++;
            feedbackLost++;
            feedbackBytes += sent.lengthBytes(packet);
        }
    }

    /** All of one feedback was told: estimates anew. */
    public void onFeedbackEnd(long nowNs) {
        if (feedbackPackets == 0 && feedbackLost == 0) {
            return;
        }
        if (!heard) {
            heard = true;
            learningNs = nowNs;
            newestSentNs = Math.max(newestSentNs, nowNs - roundTripNs);
        }
        intervalNs = Math.clamp(nowNs - lastFeedbackNs, intervalNs - intervalNs / 8, MAX_INTERVAL_NS);
        lastFeedbackNs = nowNs;
        answered = true;
        roundTripNs = Math.clamp(nowNs - newestSentNs, 1_000_000L, 1_000_000_000L);
        long arrivingBps = arriving.bps();
        if (!started && arrivingBps >= 0) {
            started = true;
            delays.set(Math.max(arrivingBps, Math.min(delays.bps(), START_BPS)), nowNs);
        }
        if (queue.isLong() && busy.isSlowed() && busy.bps() > 0) {
            // A line of twenty groups needs half a second to be drawn at first: too long for a stream that is far too
            // much.
            usage = DelayTrend.Usage.OVER;
            busyBps = busy.bps();
        }
        if (usage == DelayTrend.Usage.OVER && queue.isGone()) {
            // A key frame's or a radio's queue, and gone.
            usage = DelayTrend.Usage.UNDER;
        }
        long ceilingBps = probes ? 0 : wantedBps + wantedBps / 2;
        // What arrives is known of some 150 ms, in which a way that has just narrowed was wide.
        long carriedBps = busy.isKnown() ? busy.bps() : Math.max(arrivingBps, busyBps);
        delays.update(usage, arrivingBps, carriedBps, queue.queueUs(), queue.isGone(), ceilingBps, roundTripNs, nowNs);
        losses.onFeedback(feedbackPackets, feedbackLost, feedbackBytes, arrivingBps, delays.bps(), nowNs);
        feedbackPackets = 0;
        feedbackLost = 0;
        feedbackBytes = 0;
        probe(nowNs);
        bps = Math.clamp(Math.min(delays.bps(), losses.bps()), MIN_BPS, MAX_BPS);
        learn(arrivingBps, nowNs);
        usage = trend.usage() == DelayTrend.Usage.OVER ? DelayTrend.Usage.NORMAL : trend.usage();
    }

    private void learn(long arrivingBps, long nowNs) {
        if (wantedBps == 0 || arrivingBps < wantedBps / 4) {
            learningNs = nowNs;
        }
        learned |= usage == DelayTrend.Usage.OVER
                || losses.bps() != LossBasedRate.UNLIMITED
                || (probes ? wantedBps > 0 && isContent() : nowNs - learningNs >= LEARNING_NS);
    }

    private void probe(long nowNs) {
        if (usage == DelayTrend.Usage.OVER) {
            prober.onOveruse(bps, delays.bps(), nowNs);
        }
        long foundBps = prober.onFeedback(goalBps(), isContent(), nowNs);
        if (foundBps > bps) {
            losses.onFound(foundBps, nowNs);
        }
        if (foundBps > delays.bps()) {
            prober.onRaised(delays.bps(), foundBps, nowNs);
            delays.set(Math.min(foundBps, MAX_BPS), nowNs);
        }
        // A train that comes slower than the stream, and no queue stands: jitter pulled it apart.
        boolean refuted = foundBps < arriving.bps() && !queue.isQuiet() && queue.isGone();
        if (foundBps >= 0 && foundBps < wantedBps && prober.isLimited() && !refuted) {
            if (!learned && foundBps < delays.bps()) {
                // What a player begins with is a guess.
                delays.set(foundBps, nowNs);
            }
            learned = true;
        }
    }

    /** Whether any feedback told of a packet that was sent. */
    public boolean isHeard() {
        return heard;
    }

    /** Bits a second that the way carries; {@link #UNKNOWN} before anything was learned. */
    public long estimateBps() {
        return learned ? bps : UNKNOWN;
    }

    /** What is known at least of the way: as the estimate, but never unknown. */
    public long assumedBps() {
        return bps;
    }

    /** How much longer packets are on their way than the fastest were: what stands in queues; on an unquiet way the least of 100 to 200 ms. */
    public long queueNs() {
        return queue.standingUs() * 1_000;
    }

    /** Of the packets of the last seconds. */
    public double lossShare() {
        return losses.lossShare();
    }

    /** Of it, what the way loses whatever is sent. */
    public double ownLossShare() {
        return losses.ownShare();
    }

    /**
     * How many bytes of padding to send now, at once, as a probe; 0 for none. The packets sent from here to
     * {@link #endProbe()} are the probe.
     */
    public int beginProbe(long nowNs) {
        if (!probes || !prober.isDue(bps, nowNs) || !heard || !started) {
            return 0;
        }
        long goalBps = goalBps();
        if (bps >= Math.min(goalBps, ENOUGH * wantedBps)
                || (prober.isPaused(nowNs) ? !queue.isGone() : queue.standingUs() > MAX_PROBE_QUEUE_US)
                || losses.excessShare() > MAX_PROBE_LOSS) {
            return 0;
        }
        return prober.begin(bps, goalBps, sent.newest() + 1, nowNs);
    }

    public void endProbe(long nowNs) {
        prober.end(sent.newest(), nowNs);
    }

    /**
     * To be called about once a second: a way that swallows everything is halved.
     *
     * @param lateNs how long feedback may wait for us, unread
     */
    public void onTimeout(long lateNs, long nowNs) {
        long silenceNs = Math.max(SILENCE_NS, SILENT_INTERVALS * intervalNs) + lateNs;
        if (heard && !answered && lastSentNs - unansweredSinceNs > silenceNs) {
            learned = true;
            delays.set(Math.max(MIN_BPS, delays.bps() / 2), nowNs);
            bps = Math.clamp(Math.min(delays.bps(), losses.bps()), MIN_BPS, MAX_BPS);
            unansweredSinceNs = nowNs;
            // Or the silence counts as how seldom this remote tells, and the next one is noticed late.
            lastFeedbackNs = nowNs;
        }
    }

    private boolean isStreamLimited() {
        return arriving.bps() >= 0 && arriving.bps() < STREAM_LIMITED * bps;
    }

    private boolean isContent() {
        return bps >= CONTENT * wantedBps;
    }

    private long goalBps() {
        return Math.min(MAX_BPS, GOAL * wantedBps);
    }
}
