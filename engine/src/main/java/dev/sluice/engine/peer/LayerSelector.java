package dev.sluice.engine.peer;

/**
 * Says which layer a player is to get, from what its way carries and what the viewer chose: down the sooner the less the layer
 * fits, up when the next one would have fitted for a while, and the more slowly the more often that proved wrong. Confined to
 * one media loop.
 *
 * <p>A layer's bitrate swings with the picture, and so does the estimate of a way: between the two thresholds nothing changes.
 * The rule and its constants are explained in docs/networks.md.
 */
final class LayerSelector {
    /** How often there is something to decide. */
    static final long INTERVAL_NS = 100_000_000L;

    /** Too much for a way is what is more than 16/15 of it. */
    private static final int FIT_NUMERATOR = 15;

    private static final int FIT_DENOMINATOR = 16;
    /** A step up must leave a little of the way free: 25/24 of the layer's bitrate. What a way is known to carry is 5 % below what it does. */
    private static final int UP_NUMERATOR = 25;

    private static final int UP_DENOMINATOR = 24;
    /** A dip of the estimate, or a key frame in the measured bitrate, is over by then. */
    private static final long DOWN_HOLD_NS = 200_000_000L;
    /** A little too much is what an estimate says while a key frame's queue drains, to 85 % of what the way carries. */
    private static final long MILD_DOWN_HOLD_NS = 2_000_000_000L;

    /** The same where fewer frames a second make it fit meanwhile. */
    private static final long THINNED_DOWN_HOLD_NS = 5_000_000_000L;

    /** So many times too much waits half as long: each frame more stands in the queue before the first of the layer that fits. */
    static final int FAR_TOO_MUCH = 2;

    /** A frame or two of a little too much may wait: thinned out, a stream is so for a second at least. */
    private static final long THIN_HOLD_NS = 300_000_000L;

    private static final int MILD_NUMERATOR = 4;
    private static final int MILD_DENOMINATOR = 5;

    private static final long UP_HOLD_NS = 1_000_000_000L;
    private static final long MAX_UP_HOLD_NS = 32_000_000_000L;
    /** A step up that had to be taken back within this time was wrong. */
    private static final long TRIAL_NS = 10_000_000_000L;

    private LayerChoice choice = LayerChoice.AUTO;
    private LayerPoint target;
    private int temporal = PublishedTrack.MAX_TEMPORAL;
    private boolean starved;
    private final Lasting over = new Lasting();
    private final Lasting under = new Lasting();
    private final Lasting temporalOver = new Lasting();
    private final Lasting temporalUnder = new Lasting();
    private boolean onTrial;
    private long raisedNs;
    private long upHoldNs = UP_HOLD_NS;

    /** What the viewer wants from now on. */
    void choose(LayerChoice next) {
        choice = next;
    }

    LayerChoice choice() {
        return choice;
    }

    /** The layer to be sent; null before there was one. */
    LayerPoint target() {
        return target;
    }

    /** The highest temporal layer to be sent. */
    int temporal() {
        return temporal;
    }

    /** Whether the way is too narrow even for the target's lowest temporal layer. */
    boolean isStarved() {
        return starved;
    }

    /**
     * Decides anew.
     *
     * @param points the layers that flow, from least to most
     * @param availableBps what the way carries of pictures; {@link Long#MAX_VALUE} when nothing is known
     * @param keepsUp whether nothing waits on the way, or before it
     */
    void update(LayerPoint[] points, long availableBps, boolean keepsUp, long nowNs) {
        int lowest = choice.lowest(points);
        int highest = choice.highest(points);
        if (lowest < 0) {
            return;
        }
        int current = indexOf(points, target);
        if (current < lowest || current > highest) {
            begin(points, lowest, highest, availableBps);
        } else {
            adapt(points, lowest, highest, current, availableBps, keepsUp, nowNs);
        }
        updateTemporal(availableBps, keepsUp, nowNs);
    }

    private void begin(LayerPoint[] points, int lowest, int highest, long availableBps) {
        // Where the layers are in one stream the player gets it whole at first, so that none has to be waited for.
        int first = points[lowest].track() == points[highest].track() ? highest : (lowest + highest + 1) / 2;
        move(points[availableBps == Long.MAX_VALUE ? first : fitting(points, lowest, highest, availableBps)]);
    }

    private void adapt(
            LayerPoint[] points, int lowest, int highest, int current, long availableBps, boolean keepsUp, long nowNs) {
        // Of a layer that is thinned out, it says nothing that the rest arrives.
        boolean whole = temporal >= points[current].track().maxTemporal();
        boolean tooMuch = !(whole && passes(points[current], availableBps, keepsUp))
                && !fits(points[current].bitrateBps(), availableBps);
        if (over.sinceNs(tooMuch, nowNs) >= downHoldNs(points[current], availableBps) && current > lowest) {
            if (onTrial && nowNs - raisedNs < TRIAL_NS) {
                upHoldNs = Math.min(2 * upHoldNs, MAX_UP_HOLD_NS);
            }
            onTrial = false;
            move(points[fitting(points, lowest, current - 1, availableBps)]);
            return;
        }
        if (onTrial && nowNs - raisedNs >= TRIAL_NS) {
            onTrial = false;
            upHoldNs = UP_HOLD_NS;
        }
        raise(points, highest, current, availableBps, nowNs);
    }

    /** What leaves no queue is not too much because of a second's key frame. */
    private static boolean passes(LayerPoint point, long availableBps, boolean keepsUp) {
        return keepsUp && fits(point.usualBps(), availableBps);
    }

    private static long downHoldNs(LayerPoint point, long availableBps) {
        if (point.bitrateBps() / FAR_TOO_MUCH > availableBps) {
            return INTERVAL_NS;
        }
        int top = point.track().maxTemporal();
        if (top > 0 && isMild(point.usualBps(), availableBps) && fits(point.bitrateBps(top - 1), availableBps)) {
            return THINNED_DOWN_HOLD_NS;
        }
        return isMild(point.bitrateBps(), availableBps) ? MILD_DOWN_HOLD_NS : DOWN_HOLD_NS;
    }

    private static boolean isMild(long bitrateBps, long availableBps) {
        return bitrateBps / MILD_DENOMINATOR * MILD_NUMERATOR <= availableBps;
    }

    private void raise(LayerPoint[] points, int highest, int current, long availableBps, long nowNs) {
        int next = highest;
        while (next > current && !(isMeasured(points[next]) && fitsWell(points[next].usualBps(), availableBps))) {
            next--;
        }
        if (under.sinceNs(next > current, nowNs) >= upHoldNs) {
            move(points[next]);
            onTrial = true;
            raisedNs = nowNs;
        }
    }

    private void move(LayerPoint to) {
        target = to;
        over.end();
        under.end();
        temporalOver.end();
        temporalUnder.end();
        temporal = PublishedTrack.MAX_TEMPORAL;
    }

    /** The highest that the way carries, else the lowest. */
    private static int fitting(LayerPoint[] points, int lowest, int highest, long availableBps) {
        int index = highest;
        while (index > lowest && !(isMeasured(points[index]) && fits(points[index].bitrateBps(), availableBps))) {
            index--;
        }
        return index;
    }

    private void updateTemporal(long availableBps, boolean keepsUp, long nowNs) {
        int most = Math.min(target.track().maxTemporal(), choice.temporal());
        int fitting = most;
        boolean goesOn = temporal >= most && passes(target, availableBps, keepsUp);
        while (!goesOn && fitting > 0 && !fits(target.bitrateBps(fitting), availableBps)) {
            fitting--;
        }
        starved = fitting == 0 && !fits(target.bitrateBps(0), availableBps);
        int now = Math.min(temporal, most);
        boolean more = fitting > now
                && (fitsWell(target.bitrateBps(now + 1), availableBps)
                        || now + 1 == target.track().maxTemporal() && passes(target, availableBps, keepsUp));
        long holdNs = isMild(target.usualBps(), availableBps) ? THIN_HOLD_NS : 0;
        if (temporalOver.sinceNs(fitting < now, nowNs) >= holdNs) {
            temporal(fitting);
            temporalUnder.end();
        } else if (temporalUnder.sinceNs(more, nowNs) >= UP_HOLD_NS) {
            temporal(now + 1);
            temporalUnder.end();
        } else if (temporal > most) {
            temporal(most);
        }
    }

    private void temporal(int next) {
        temporal = next == target.track().maxTemporal() ? PublishedTrack.MAX_TEMPORAL : next;
    }

    /** What a way must carry for a step up to this bitrate. */
    static long roomBps(long bitrateBps) {
        return bitrateBps / UP_DENOMINATOR * UP_NUMERATOR;
    }

    /** What has just begun is not known to fit anywhere. */
    private static boolean isMeasured(LayerPoint point) {
        return point.bitrateBps() > 0 && point.usualBps() > 0;
    }

    private static boolean fits(long bitrateBps, long availableBps) {
        return availableBps == Long.MAX_VALUE || bitrateBps / FIT_DENOMINATOR * FIT_NUMERATOR <= availableBps;
    }

    private static boolean fitsWell(long bitrateBps, long availableBps) {
        return availableBps == Long.MAX_VALUE || roomBps(bitrateBps) <= availableBps;
    }

    /** How long a condition has held without a break. */
    private static final class Lasting {
        private boolean holds;
        private long fromNs;

        /** −1 while it does not hold. */
        long sinceNs(boolean condition, long nowNs) {
            if (condition && !holds) {
                fromNs = nowNs;
            }
            holds = condition;
            return condition ? nowNs - fromNs : -1;
        }

        void end() {
            holds = false;
        }
    }

    private static int indexOf(LayerPoint[] points, LayerPoint point) {
        for (int i = 0; i < points.length; i++) {
            if (points[i].equals(point)) {
                return i;
            }
        }
        return -1;
    }
}
