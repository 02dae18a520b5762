package dev.sluice.engine.peer;

import dev.sluice.engine.congestion.Pacer;
import dev.sluice.engine.congestion.SendSideEstimator;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtcp.TransportFeedbackReader;
import dev.sluice.engine.rtp.TransportSequence;

/**
 * The way to a player that tells of each packet when it arrived: what it carries, and how its packets are spread where that
 * is hardly more than the stream. Confined to one media loop.
 */
final class PlayerWay {
    static final int NO_PICTURE = -1;

    /** Paced so much faster than the estimate, a frame is through before the next. */
    private static final int PACE_PERCENT = 150;
    /** Who could not be sent everything for this long is sent no more than the way carries. */
    private static final long BACKLOG_NS = 100_000_000L;
    /** A way with less than this many times what the stream could use is paced. */
    private static final int WIDE = 2;
    /** Who waits so long may be lost for want of room. */
    private static final long FULL_QUEUE_NS = 50_000_000L;
    /** A frame's own packets stand one behind the other for so long on a way that has room. */
    private static final long SHORT_QUEUE_NS = 20_000_000L;
    /** Feedback comes every 50 to 250 ms; more than this is a flood, and not read. */
    private static final long FEEDBACK_COST_NS = 10_000_000L;

    private static final long FEEDBACK_CREDIT_NS = 200_000_000L;
    /** From so much of a loss that is the way's own on, packets are sent again more eagerly than they are asked for. */
    static final double LOSSY = 0.01;
    /** Of one feedback: who lost more has not lost it by chance. */
    private static final int MAX_LOST = 32;

    private boolean probes;
    private final TransportSequence sequence = new TransportSequence();
    /** Since the first packet. */
    private SendSideEstimator estimator;

    private long runBytes;
    private long allowanceBytes = Long.MAX_VALUE;
    private boolean probeDue;

    private Pacer pacer;
    private TransportFeedbackReader feedback;
    private long spentSinceNs;
    private boolean spent;
    private long feedbackDueNs;

    /** Null until the way turns out to be lossy. */
    private SentMedia media;

    /** RTP numbers of the picture that the last feedback passed over; null until the way turns out to be lossy. */
    private int[] lost;

    private int lostCount;

    /** @param probes whether there is a picture, between whose frames padding may be sent */
    PlayerWay(boolean probes) {
        this.probes = probes;
    }

    /** As the constructor, after a new negotiation. */
    void setProbes(boolean probes) {
        this.probes = probes;
        if (estimator != null) {
            estimator.setProbes(probes);
        }
    }

    /** Packets go another way from now on: nothing that is known holds there. */
    void onChanged() {
        estimator = null;
        probeDue = false;
        onPictureChanged();
    }

    /** Another picture is sent from now on: its numbers mean other packets. */
    void onPictureChanged() {
        media = null;
        lostCount = 0;
    }

    TransportSequence sequence() {
        return sequence;
    }

    /**
     * A packet with the sequence's last number left.
     *
     * @param picture its RTP number when it is of the picture, else {@link #NO_PICTURE}
     */
    void onSent(int lengthBytes, int picture, long nowNs) {
        if (estimator == null) {
            open(nowNs);
        }
        estimator.onSent(sequence.last(), lengthBytes, nowNs);
        runBytes += lengthBytes;
        if (media != null && picture != NO_PICTURE) {
            media.onSent(sequence.last(), picture);
        }
    }

    /** As {@link #onSent}, of a packet of the picture that was sent before. */
    void onSentAgain(int lengthBytes, int picture, long nowNs) {
        onSent(lengthBytes, NO_PICTURE, nowNs);
        if (media != null) {
            media.onSentAgain(sequence.last(), picture);
        }
    }

    private void open(long nowNs) {
        estimator = new SendSideEstimator(probes, nowNs);
        pacer = new Pacer(nowNs);
        feedback = new TransportFeedbackReader();
        feedbackDueNs = nowNs;
    }

    /**
     * One transport-wide feedback.
     *
     * @param wantedBps what the player could use at most; 0 while unknown
     * @return whether the way is hardly wider than what the stream could use
     */
    boolean onFeedback(RtcpReader rtcp, long wantedBps, long nowNs, PeerSink sink) {
        lostCount = 0;
        if (estimator == null) {
            return false;
        }
        int code = admits(nowNs) ? feedback.open(rtcp) : DropReason.FEEDBACK_OVER_BUDGET.code();
        if (code != 0) {
            sink.drop(DropReason.ofCode(code));
            return false;
        }
        estimator.setWantedBps(wantedBps);
        int status;
        while ((status = feedback.next()) != TransportFeedbackReader.END) {
            if (status == TransportFeedbackReader.ARRIVED) {
                estimator.onArrived(feedback.sequence(), feedback.arrivalUs());
                if (media != null) {
                    media.onArrived(feedback.sequence());
                }
            } else {
                estimator.onMissing(feedback.sequence());
                noteLost(feedback.sequence());
            }
        }
        estimator.onFeedbackEnd(nowNs);
        if (!isLossy()) {
            lostCount = 0;
        } else if (media == null) {
            media = new SentMedia();
            lost = new int[MAX_LOST];
        }
        probeDue = probes;
        return estimator.estimateBps() < WIDE * wantedBps;
    }

    private void noteLost(int transportSequence) {
        int rtpSequence = media == null || lostCount == MAX_LOST ? -1 : media.lostBy(transportSequence);
        if (rtpSequence >= 0) {
            lost[lostCount++] = rtpSequence;
        }
    }

    /** Packets of the picture that are missing by the last feedback, on a way that loses; what was sent again since is none. */
    int lostCount() {
        return lostCount;
    }

    /** RTP's number of one of them. */
    int lost(int index) {
        return lost[index];
    }

    private boolean admits(long nowNs) {
        if (feedbackDueNs - nowNs > FEEDBACK_CREDIT_NS) {
            return false;
        }
        feedbackDueNs = (feedbackDueNs - nowNs > 0 ? feedbackDueNs : nowNs) + FEEDBACK_COST_NS;
        return true;
    }

    /** @param paced whether this run's packets are to be spread */
    void beginRun(boolean paced, long nowNs) {
        allowanceBytes = paced && isKnown() ? pacer.allowanceBytes(rateBps(nowNs), nowNs) : Long.MAX_VALUE;
    }

    /** Whether this run's packets are spread. */
    boolean isPaced() {
        return allowanceBytes != Long.MAX_VALUE;
    }

    /** Whether the run's pictures have to wait: sound never does. */
    boolean isSpent() {
        return runBytes >= allowanceBytes;
    }

    /** @param behind whether pictures wait that may be sent later */
    void endRun(boolean behind, long nowNs) {
        if (!isPaced()) {
            spent = false;
            runBytes = 0;
            return;
        }
        if (runBytes > 0) {
            pacer.onSent(runBytes, rateBps(nowNs), nowNs);
            runBytes = 0;
        }
        if (behind && !spent) {
            spentSinceNs = nowNs;
        }
        spent = behind;
    }

    /** When a run finds an allowance again. */
    long resumeNs(long nowNs) {
        return isPaced() ? pacer.nextNs() : nowNs;
    }

    private boolean hasBacklog(long nowNs) {
        return spent && nowNs - spentSinceNs > BACKLOG_NS;
    }

    /** Whether what is sent arrives without standing in a queue, and nothing waits here. */
    boolean keepsUp(long nowNs) {
        return isHeard() && estimator.queueNs() < SHORT_QUEUE_NS && !hasBacklog(nowNs);
    }

    private long rateBps(long nowNs) {
        return hasBacklog(nowNs) ? estimator.assumedBps() : estimator.assumedBps() * PACE_PERCENT / 100;
    }

    /** Bytes of padding to send now, at once; then {@link #endProbe()}. 0 for none, which is nearly always. */
    int beginProbe(long nowNs) {
        if (!probeDue) {
            return 0;
        }
        probeDue = false;
        return estimator.beginProbe(nowNs);
    }

    void endProbe(long nowNs) {
        estimator.endProbe(nowNs);
    }

    /** About once a second. */
    void onTimeout(long lateNs, long nowNs) {
        if (estimator != null) {
            estimator.onTimeout(lateNs, nowNs);
        }
    }

    /** Whether the player sends the feedback it agreed on. */
    boolean isHeard() {
        return estimator != null && estimator.isHeard();
    }

    /** Of the packets of the last seconds what the way loses whatever is sent: 0 while a queue stands, which may be the reason. */
    double ownLossShare() {
        return estimator == null || estimator.queueNs() > FULL_QUEUE_NS ? 0 : estimator.ownLossShare();
    }

    /** Whether packets get lost here whatever is sent. */
    boolean isLossy() {
        return ownLossShare() >= LOSSY;
    }

    private boolean isKnown() {
        return estimator != null && estimator.estimateBps() != SendSideEstimator.UNKNOWN;
    }

    /** {@link SendSideEstimator#UNKNOWN} before anything was learned. */
    long estimateBps() {
        return estimator == null ? SendSideEstimator.UNKNOWN : estimator.estimateBps();
    }
}
