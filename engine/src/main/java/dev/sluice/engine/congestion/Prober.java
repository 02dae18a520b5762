package dev.sluice.engine.congestion;

/**
 * Finds room that the stream does not use: a short train of padding at a higher bitrate, and how it arrives. Successes are
 * followed up at once, failures after a pause. Confined to one media loop.
 */
final class Prober {
    /** A probe is so long at the bitrate it tries. */
    private static final long LENGTH_NS = 15_000_000L;
    /** The fewest bytes that an arrival rate can be read from. */
    private static final int MIN_BYTES = 1_500;

    private static final int MAX_BYTES = 40_000;
    private static final long INTERVAL_NS = 4_000_000_000L;
    /** When the way carries what is wanted anyway. */
    private static final long CONTENT_INTERVAL_NS = 20_000_000_000L;

    /** A queue that grows so soon after a probe says that it found what others left free for a moment. */
    private static final long PROOF_NS = 5_000_000_000L;
    /** Such finds double the pause, up to so often. */
    private static final int MAX_DISPROVED = 2;
    /** A find of less is the way's own bitrate over what the estimate had fallen to, and proves nothing. */
    private static final double FIND = 1.25;

    private static final long RESULT_NS = 2_000_000_000L;
    private static final double STEP = 2;
    private static final double SUCCESS = 0.7;
    private static final double MIN_ARRIVED = 0.8;
    /** A train that arrives slower than this share of its bitrate has found the way's limit. */
    private static final double LIMITED = 0.9;

    private static final double MARGIN = 0.95;

    private boolean underWay;
    private long targetBps;
    private long firstPacket;
    private long lastPacket;
    private long resultDueNs;
    private long nextNs;

    private boolean raised;
    private long raisedNs;
    private long beforeBps;
    private int disproved;
    /** What the estimate was before a queue lowered it: so much one probe may look for before the pause is over; 0 for none. */
    private long lostBps;

    private int arrived;
    private long arrivedBytes;
    private long firstArrivalUs;
    private long lastArrivalUs;
    private int firstBytes;
    private boolean complete;
    private boolean limited;
    private boolean early;

    Prober(long nowNs) {
        nextNs = nowNs;
    }

    /** Whether a probe may begin: none is under way, and the last one's pause is over, or there is something to win back. */
    boolean isDue(long estimateBps, long nowNs) {
        return !underWay && (!isPaused(nowNs) || lostBps > FIND * estimateBps);
    }

    /** Whether a probe that begins now comes early: it wants an empty way. */
    boolean isPaused(long nowNs) {
        return nowNs - nextNs < 0;
    }

    /** Begins a probe with the next packet sent. Returns the bytes to send. */
    int begin(long estimateBps, long goalBps, long nextPacket, long nowNs) {
        underWay = true;
        complete = false;
        early = isPaused(nowNs);
        targetBps = Math.min(early ? Math.min(lostBps, goalBps) : goalBps, (long) (STEP * estimateBps));
        lostBps = 0;
        firstPacket = nextPacket;
        lastPacket = Long.MAX_VALUE;
        arrived = 0;
        arrivedBytes = 0;
        resultDueNs = nowNs + RESULT_NS;
        pause(nowNs, pauseNs());
        return Math.clamp(targetBps / 8 * LENGTH_NS / 1_000_000_000L, MIN_BYTES, MAX_BYTES);
    }

    /** The probe's last packet was sent. */
    void end(long newestPacket, long nowNs) {
        lastPacket = newestPacket;
        if (newestPacket <= firstPacket) {
            underWay = false;
            pause(nowNs, 0);
        }
    }

    void onArrived(long packet, int lengthBytes, long arrivalUs) {
        if (!underWay || packet < firstPacket || packet > lastPacket) {
            return;
        }
        if (arrived == 0 || arrivalUs < firstArrivalUs) {
            firstArrivalUs = arrivalUs;
            firstBytes = lengthBytes;
        }
        lastArrivalUs = arrived == 0 ? arrivalUs : Math.max(lastArrivalUs, arrivalUs);
        arrived++;
        arrivedBytes += lengthBytes;
        complete |= packet == lastPacket;
    }

    /**
     * A feedback was read.
     *
     * @return the bitrate that the way was found to carry, or −1
     */
    long onFeedback(long goalBps, boolean content, long nowNs) {
        if (!underWay || lastPacket == Long.MAX_VALUE) {
            return -1;
        }
        boolean enough = arrived >= 2 && arrived >= MIN_ARRIVED * (lastPacket - firstPacket + 1);
        if (!(complete && enough) && nowNs - resultDueNs < 0) {
            return -1;
        }
        underWay = false;
        pause(nowNs, content ? CONTENT_INTERVAL_NS : pauseNs());
        if (!enough) {
            return -1;
        }
        long apartUs = lastArrivalUs - firstArrivalUs;
        double arrivedBps = apartUs <= 0 ? Double.MAX_VALUE : (arrivedBytes - firstBytes) * 8e6 / apartUs;
        limited = arrivedBps < LIMITED * targetBps;
        double foundBps = limited ? MARGIN * arrivedBps : targetBps;
        if (foundBps >= SUCCESS * targetBps && foundBps < goalBps) {
            pause(nowNs, 0);
        }
        return (long) foundBps;
    }

    /** Whether the last find was the way's end, and not what the probe was made of. */
    boolean isLimited() {
        return limited;
    }

    /** The estimate, which was this before, was raised to what a probe found. */
    void onRaised(long formerBps, long foundBps, long nowNs) {
        if (foundBps < FIND * formerBps) {
            return;
        }
        raised = true;
        beforeBps = formerBps;
        raisedNs = nowNs;
    }

    /**
     * A queue grew, and the estimate is lowered: no probe for a while, but for one that may look for what was lost. Where others'
     * work was the queue, and they have gone, it is there again at once.
     *
     * @param formerBps the estimate before
     */
    void onOveruse(long formerBps, long bps, long nowNs) {
        // A train that arrives meanwhile says what the way carries, not what others leave of it.
        underWay = false;
        // Far below what it was, the way itself has changed.
        boolean wrong = raised && nowNs - raisedNs < PROOF_NS && bps > beforeBps / 2;
        if (raised) {
            disproved = wrong ? Math.min(disproved + 1, MAX_DISPROVED) : 0;
            raised = false;
        }
        lostBps = wrong ? 0 : Math.max(lostBps, formerBps);
        nextNs = nowNs + pauseNs();
    }

    /** Until the next probe; one that came early changes nothing in it. */
    private void pause(long nowNs, long lengthNs) {
        if (!early) {
            nextNs = nowNs + lengthNs;
        }
    }

    private long pauseNs() {
        return INTERVAL_NS << disproved;
    }
}
