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
    /** Half of the frames must leave so much more free, 5/4 in all: they are to last in the seconds that have more. */
    private static final int ENOUGH_NUMERATOR = 6;

    private static final int ENOUGH_DENOMINATOR = 5;
    /** A way with so many times what a layer takes gets all of it at once. */
    private static final int WIDE = 2;
    /** What has enough of its frames waits so long for all: another player of the same way is to find the room first. */
    private static final long ENOUGH_HOLD_NS = 4_000_000_000L;

    /** A dip of the estimate, or a key frame in the measured bitrate, is over by then. */
    private static final long DOWN_HOLD_NS = 200_000_000L;
    /** A little too much is what an estimate says while a key frame's queue drains, to 85 % of what the way carries. */
    private static final long MILD_DOWN_HOLD_NS = 2_000_000_000L;

    /** More than a little too much of a large layer, where fewer frames a second make it fit meanwhile: others' key frame may be the reason. */
    private static final long LARGE_DOWN_HOLD_NS = 1_000_000_000L;

    /** A little too much of a smaller one, where the same does. */
    private static final long THINNED_DOWN_HOLD_NS = 5_000_000_000L;

    /** So many times too much waits half as long: each frame more stands in the queue before the first of the layer that fits. */
    static final int FAR_TOO_MUCH = 2;

    /** A frame or two of a little too much may wait: thinned out, a stream is so for a second at least. */
    private static final long THIN_HOLD_NS = 300_000_000L;

    private static final int MILD_NUMERATOR = 4;
    private static final int MILD_DENOMINATOR = 5;

    private LayerChoice choice = LayerChoice.AUTO;
    private LayerPoint target;
    private int temporal = PublishedTrack.MAX_TEMPORAL;
    private boolean starved;
    private final Lasting over = new Lasting();
    private final Lasting under = new Lasting();
    private final Lasting temporalOver = new Lasting();
    private final Lasting temporalUnder = new Lasting();
    private final Trial trial = new Trial();
    private final Trial temporalTrial = new Trial();

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
        LayerPoint now = points[current];
        int least = now.leastTemporal();
        // Of a layer that is thinned out further, it says nothing that the rest arrives.
        boolean tooMuch = !(temporal >= least && passes(now.usualBps(least), availableBps, keepsUp))
                && !fits(now.bitrateBps(least), availableBps);
        if (over.sinceNs(tooMuch, nowNs) >= downHoldNs(now, availableBps) && current > lowest) {
            trial.takeBack(nowNs);
            move(points[fitting(points, lowest, current - 1, availableBps)]);
            return;
        }
        trial.goOn(nowNs);
        raise(points, highest, current, availableBps, nowNs);
    }

    /** What leaves no queue is not too much because of a second's key frame. */
    private static boolean passes(long usualBps, long availableBps, boolean keepsUp) {
        return keepsUp && fits(usualBps, availableBps);
    }

    private static long downHoldNs(LayerPoint point, long availableBps) {
        int least = point.leastTemporal();
        if (point.bitrateBps(least) / FAR_TOO_MUCH > availableBps) {
            return INTERVAL_NS;
        }
        boolean thins = least > 0 && fits(point.bitrateBps(least - 1), availableBps);
        if (thins && least < point.track().maxTemporal()) {
            return isMild(point.usualBps(least), availableBps) ? MILD_DOWN_HOLD_NS : LARGE_DOWN_HOLD_NS;
        }
        if (thins && isMild(point.usualBps(), availableBps)) {
            return THINNED_DOWN_HOLD_NS;
        }
        return isMild(point.bitrateBps(least), availableBps) ? MILD_DOWN_HOLD_NS : DOWN_HOLD_NS;
    }

    private static boolean isMild(long bitrateBps, long availableBps) {
        return bitrateBps / MILD_DENOMINATOR * MILD_NUMERATOR <= availableBps;
    }

    private void raise(LayerPoint[] points, int highest, int current, long availableBps, long nowNs) {
        int next = highest;
        while (next > current && !mayRiseTo(points[next], availableBps)) {
            next--;
        }
        if (under.sinceNs(next > current, nowNs) >= trial.holdNs()) {
            move(points[next]);
            if (availableBps / WIDE < target.usualBps()) {
                temporal(target.leastTemporal());
            }
            trial.begin(nowNs);
        }
    }

    private static boolean mayRiseTo(LayerPoint point, long availableBps) {
        return isMeasured(point)
                && fitsWell(neededBps(point, point.fullerBps(), point.fullerBps(point.leastTemporal())), availableBps);
    }

    /** What a layer is to be sent for: all of its frames, or enough of them with room to spare. */
    private static long neededBps(LayerPoint point, long wholeBps, long enoughBps) {
        return point.leastTemporal() == point.track().maxTemporal()
                ? wholeBps
                : Math.min(wholeBps, enoughBps / ENOUGH_DENOMINATOR * ENOUGH_NUMERATOR);
    }

    private void move(LayerPoint to) {
        target = to;
        over.end();
        under.end();
        temporalOver.end();
        temporalUnder.end();
        temporalTrial.forget();
        temporal = PublishedTrack.MAX_TEMPORAL;
    }

    /** The highest that the way carries, else the lowest. */
    private static int fitting(LayerPoint[] points, int lowest, int highest, long availableBps) {
        int index = highest;
        while (index > lowest && !mayFallTo(points[index], availableBps)) {
            index--;
        }
        return index;
    }

    private static boolean mayFallTo(LayerPoint point, long availableBps) {
        return isMeasured(point)
                && fits(neededBps(point, point.bitrateBps(), point.usualBps(point.leastTemporal())), availableBps);
    }

    private void updateTemporal(long availableBps, boolean keepsUp, long nowNs) {
        int most = Math.min(target.track().maxTemporal(), choice.temporal());
        int fitting = most;
        boolean goesOn = temporal >= most && passes(target.usualBps(), availableBps, keepsUp);
        while (!goesOn && fitting > 0 && !fits(target.bitrateBps(fitting), availableBps)) {
            fitting--;
        }
        starved = fitting == 0 && !fits(target.bitrateBps(0), availableBps);
        int now = Math.min(temporal, most);
        boolean last = now + 1 == target.track().maxTemporal();
        boolean more = fitting > now
                && (fitsWell(target.bitrateBps(now + 1), availableBps)
                        || last && passes(target.usualBps(), availableBps, keepsUp));
        long holdNs = isMild(target.usualBps(), availableBps) ? THIN_HOLD_NS : 0;
        if (temporalOver.sinceNs(fitting < now, nowNs) >= holdNs) {
            temporalTrial.takeBack(nowNs);
            temporal(fitting);
            temporalUnder.end();
        } else if (temporalUnder.sinceNs(more, nowNs) >= moreHoldNs(now, last)) {
            if (last) {
                temporalTrial.begin(nowNs);
            }
            temporal(now + 1);
            temporalUnder.end();
        } else if (temporal > most) {
            temporal(most);
        }
        temporalTrial.goOn(nowNs);
    }

    private long moreHoldNs(int now, boolean last) {
        long enoughHoldNs = now >= target.leastTemporal() ? ENOUGH_HOLD_NS : 0;
        return last ? Math.max(temporalTrial.holdNs(), enoughHoldNs) : Trial.HOLD_NS;
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
