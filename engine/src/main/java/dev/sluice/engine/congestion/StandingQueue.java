package dev.sluice.engine.congestion;

/**
 * What stands in queues on the way, told apart from the way's own unrest: jitter makes packets late one by one, a queue all of
 * them. Confined to one media loop.
 */
final class StandingQueue {
    /** A shorter queue than this is gone: packets are that late by themselves. */
    private static final long DRAINED_US = 8_000;
    /** A way with a shorter queue than this is not full, whatever its slope: frames of unlike size, a scheduler's turn. */
    private static final long MIN_QUEUE_US = 10_000;
    /** Much more than any frame's own packets. */
    private static final long LONG_QUEUE_US = 120_000;
    /** The shortest transit of this time and the one before counts as that of an empty queue. */
    private static final long BASE_WINDOW_US = 20_000_000;
    /** On an unquiet way, the shortest transit of this time and the one before tells what stands. */
    private static final long STANDING_WINDOW_US = 100_000;
    /** Jumps are remembered for about so many groups, which is a second. */
    private static final double MEMORY = 64;
    /** Added to the mean jump, so that one small jump of a quiet way is not its unrest. */
    private static final double QUIET_US = 1_000;
    /** So many mean jumps are the unrest: packets that follow each other closely are late for the latest one's sake. */
    private static final double REACH = 2;
    /** So many times the unrest is no jitter: a way that narrows is to be noticed before its queue has stood for long. */
    private static final int BEYOND_JITTER = 2;

    /** A longer jump is a radio that stood still, or a clock that was set: it says nothing of the packets between. */
    private static final long MAX_JUMP_US = 75_000;
    /** More unrest than this is not believed, or a queue would not be seen behind it. */
    private static final long MAX_UNREST_US = 60_000;

    private long baseUs = Long.MAX_VALUE;
    private long priorBaseUs = Long.MAX_VALUE;
    private long baseStartUs;
    private boolean started;

    private long transitUs;
    private long queueUs;
    private long leastUs = Long.MAX_VALUE;
    private long priorLeastUs = Long.MAX_VALUE;
    private long leastStartUs;

    /** Of the jumps, the mean and the mean square. */
    private double jumpUs;

    private double squareUs;
    /** How late packets are by themselves. */
    private long unrestUs;

    private long nextUnrestUs;

    /**
     * The next group of packets.
     *
     * @param transitUs its fastest packet's time on the way, plus the unknown difference of the clocks
     * @param ownUs what the group before it takes at the estimate: by so much more it may be late for our own packets' sake
     */
    void onGroup(long arrivalUs, long transitUs, long ownUs) {
        if (started) {
            double jump = Math.clamp(transitUs - this.transitUs - ownUs, 0, MAX_JUMP_US);
            jumpUs += (jump - jumpUs) / MEMORY;
            squareUs += (jump * jump - squareUs) / MEMORY;
        } else {
            started = true;
            baseStartUs = arrivalUs;
            leastStartUs = arrivalUs;
        }
        this.transitUs = transitUs;
        // A remote's clock that steps back ends them, too.
        if (arrivalUs - baseStartUs > BASE_WINDOW_US || arrivalUs - baseStartUs < -BASE_WINDOW_US) {
            baseStartUs = arrivalUs;
            priorBaseUs = baseUs;
            baseUs = Long.MAX_VALUE;
        }
        baseUs = Math.min(baseUs, transitUs);
        queueUs = transitUs - baseUs();
        if (arrivalUs - leastStartUs > STANDING_WINDOW_US || arrivalUs - leastStartUs < -STANDING_WINDOW_US) {
            onWindow(arrivalUs);
        }
        leastUs = Math.min(leastUs, queueUs);
    }

    private void onWindow(long arrivalUs) {
        priorLeastUs = arrivalUs - leastStartUs > 2 * STANDING_WINDOW_US ? Long.MAX_VALUE : leastUs;
        leastUs = Long.MAX_VALUE;
        leastStartUs = arrivalUs;
        // A window late: the jumps of a way that narrows are to be found to be its queue first.
        unrestUs = nextUnrestUs;
        // A mean in which each jump counts by its size: most groups come no later than the one before.
        nextUnrestUs = Math.min(MAX_UNREST_US, (long) (REACH * squareUs / (jumpUs + QUIET_US)));
    }

    boolean isBaseKnown() {
        return baseUs() != Long.MAX_VALUE;
    }

    /** The transit of an empty queue, by two clocks of unknown difference. */
    long baseUs() {
        return Math.min(baseUs, priorBaseUs);
    }

    /** How much longer the last group was on its way than the fastest of the last half minute or so. */
    long queueUs() {
        return queueUs;
    }

    /** What stands: on a quiet way as {@link #queueUs()}, on others what was there for some 150 ms. */
    long standingUs() {
        return isQuiet() ? queueUs : Math.min(leastUs, priorLeastUs);
    }

    /** Whether packets wait for no more than the way's own unrest. */
    boolean isGone() {
        return isQuiet() ? queueUs < DRAINED_US : standingUs() < unrestUs;
    }

    /** Whether there is a queue, and no jitter, that may grow. */
    boolean isStanding() {
        if (isQuiet()) {
            return queueUs > MIN_QUEUE_US;
        }
        return standingUs() > unrestUs || queueUs > BEYOND_JITTER * unrestUs;
    }

    /** Whether the queue is longer than any that is of use. */
    boolean isLong() {
        return queueUs > LONG_QUEUE_US && isStanding();
    }

    /** Whether packets are hardly late by themselves. */
    boolean isQuiet() {
        return unrestUs <= MIN_QUEUE_US;
    }
}
