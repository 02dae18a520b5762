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

    /** So many times too much waits half as long: each frame more stands in the queue before the first of the layer that fits. */
    static final int FAR_TOO_MUCH = 2;

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
    private boolean over;
    private long overSinceNs;
    private boolean under;
    private long underSinceNs;
    private boolean temporalUnder;
    private long temporalUnderSinceNs;
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
        updateTemporal(availableBps, nowNs);
    }

    private void begin(LayerPoint[] points, int lowest, int highest, long availableBps) {
        // Where the layers are in one stream the player gets it whole at first, so that none has to be waited for.
        int first = points[lowest].track() == points[highest].track() ? highest : (lowest + highest + 1) / 2;
        move(points[availableBps == Long.MAX_VALUE ? first : fitting(points, lowest, highest, availableBps)]);
    }

    private void adapt(
            LayerPoint[] points, int lowest, int highest, int current, long availableBps, boolean keepsUp, long nowNs) {
        // What leaves no queue is not too much because of a second's key frame.
        boolean passes = keepsUp && fits(points[current].usualBps(), availableBps);
        boolean tooMuch = !passes && !fits(points[current].bitrateBps(), availableBps);
        if (!tooMuch) {
            over = false;
        } else if (!over) {
            over = true;
            overSinceNs = nowNs;
        } else if (current > lowest && nowNs - overSinceNs >= downHoldNs(points[current].bitrateBps(), availableBps)) {
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

    private static long downHoldNs(long bitrateBps, long availableBps) {
        if (bitrateBps / FAR_TOO_MUCH > availableBps) {
            return INTERVAL_NS;
        }
        return bitrateBps / MILD_DENOMINATOR * MILD_NUMERATOR > availableBps ? DOWN_HOLD_NS : MILD_DOWN_HOLD_NS;
    }

    private void raise(LayerPoint[] points, int highest, int current, long availableBps, long nowNs) {
        int next = highest;
        while (next > current && !(isMeasured(points[next]) && fitsWell(points[next].usualBps(), availableBps))) {
            next--;
        }
        if (next == current) {
            under = false;
        } else if (!under) {
            under = true;
            underSinceNs = nowNs;
        } else if (nowNs - underSinceNs >= upHoldNs) {
            move(points[next]);
            onTrial = true;
            raisedNs = nowNs;
        }
    }

    private void move(LayerPoint to) {
        target = to;
        over = false;
        under = false;
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

    private void updateTemporal(long availableBps, long nowNs) {
        int most = Math.min(target.track().maxTemporal(), choice.temporal());
        int fitting = most;
        while (fitting > 0 && !fits(target.bitrateBps(fitting), availableBps)) {
            fitting--;
        }
        starved = fitting == 0 && !fits(target.bitrateBps(0), availableBps);
        int now = Math.min(temporal, most);
        if (fitting <= now) {
            temporal = fitting == target.track().maxTemporal() ? PublishedTrack.MAX_TEMPORAL : fitting;
            temporalUnder = false;
        } else if (!fitsWell(target.bitrateBps(now + 1), availableBps)) {
            temporalUnder = false;
        } else if (!temporalUnder) {
            temporalUnder = true;
            temporalUnderSinceNs = nowNs;
        } else if (nowNs - temporalUnderSinceNs >= UP_HOLD_NS) {
            temporal = now + 1 == target.track().maxTemporal() ? PublishedTrack.MAX_TEMPORAL : now + 1;
            temporalUnder = false;
        }
    }

    /** What a way must carry for a step up to this bitrate. */
    static long roomBps(long bitrateBps) {
        return bitrateBps / UP_DENOMINATOR * UP_NUMERATOR;
    }

    /** What has just begun is not known to fit anywhere. */
    private static boolean isMeasured(LayerPoint point) {
        return point.bitrateBps() > 0;
    }

    private static boolean fits(long bitrateBps, long availableBps) {
        return availableBps == Long.MAX_VALUE || bitrateBps / FIT_DENOMINATOR * FIT_NUMERATOR <= availableBps;
    }

    private static boolean fitsWell(long bitrateBps, long availableBps) {
        return availableBps == Long.MAX_VALUE || roomBps(bitrateBps) <= availableBps;
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
