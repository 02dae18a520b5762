package dev.sluice.engine.congestion;

import java.util.Arrays;

/**
 * Whether a queue on the way grows: the slope of the delay over the last twenty groups of packets against a threshold that
 * follows the way's own unrest (draft-ietf-rmcat-gcc-02 section 5.3 and 5.4, with libwebrtc's line instead of a Kalman
 * filter). Confined to one media loop.
 */
final class DelayTrend {
    enum Usage {
        NORMAL,
        /** A queue drains. */
        UNDER,
        /** A queue grows. */
        OVER
    }

    private static final int WINDOW = 20;
    private static final double SMOOTHING = 0.9;
    private static final double GAIN = 4;
    private static final int MAX_DELTAS = 60;
    private static final double THRESHOLD_MS = 12.5;
    private static final double MIN_THRESHOLD_MS = 6;
    private static final double MAX_THRESHOLD_MS = 600;
    private static final double THRESHOLD_UP = 0.0087;
    private static final double THRESHOLD_DOWN = 0.039;
    /** Farther off than this is a spike and no reason to get used to it. */
    private static final double MAX_ADAPT_MS = 15;

    private static final double MAX_ADAPT_STEP_MS = 100;
    private static final double OVERUSE_MS = 10;

    private final float[] arrivalMs = new float[WINDOW];
    private final float[] smoothedMs = new float[WINDOW];
    private int points;
    private long firstArrivalUs;
    private long lastArrivalUs;
    private double accumulatedMs;
    private double smoothed;
    private double threshold = THRESHOLD_MS;
    private double priorTrend;
    private double overusedMs = -1;
    private int overuses;
    private Usage usage = Usage.NORMAL;

    /**
     * The next group's times, as {@link ArrivalGroups} gives them.
     *
     * @param standing whether there is a queue that may grow
     */
    void onGroup(long sentDeltaUs, long arrivalDeltaUs, long groupArrivalUs, boolean standing) {
        if (points == 0) {
            firstArrivalUs = groupArrivalUs;
            lastArrivalUs = groupArrivalUs;
        }
        accumulatedMs += (arrivalDeltaUs - sentDeltaUs) / 1e3;
        smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * accumulatedMs;
        int slot = points % WINDOW;
        arrivalMs[slot] = (float) ((groupArrivalUs - firstArrivalUs) / 1e3);
        smoothedMs[slot] = (float) smoothed;
        points++;
        double trend = points < WINDOW ? 0 : slope();
        detect(trend, sentDeltaUs / 1e3, standing);
        adapt(Math.min(points, MAX_DELTAS) * trend * GAIN, Math.max(0, groupArrivalUs - lastArrivalUs) / 1e3);
        lastArrivalUs = groupArrivalUs;
        if (points >= 1 << 20 && slot == WINDOW - 1) {
            // A float holds milliseconds of hours: begin anew before it gets coarse.
            reset();
        }
    }

    /** Forgets the line, not what was learned of the way's unrest. */
    void reset() {
        points = 0;
        accumulatedMs = 0;
        smoothed = 0;
        priorTrend = 0;
        overusedMs = -1;
        overuses = 0;
        usage = Usage.NORMAL;
        Arrays.fill(arrivalMs, 0);
    }

    Usage usage() {
        return usage;
    }

    /** Least squares. */
    private double slope() {
        double sumX = 0;
        double sumY = 0;
        for (int i = 0; i < WINDOW; i++) {
            sumX += arrivalMs[i];
            sumY += smoothedMs[i];
        }
        double meanX = sumX / WINDOW;
        double meanY = sumY / WINDOW;
        double numerator = 0;
        double denominator = 0;
        for (int i = 0; i < WINDOW; i++) {
            double x = arrivalMs[i] - meanX;
            numerator += x * (smoothedMs[i] - meanY);
            denominator += x * x;
        }
        return denominator == 0 ? 0 : numerator / denominator;
    }

    private void detect(double trend, double sentDeltaMs, boolean standing) {
        double modified = Math.min(points, MAX_DELTAS) * trend * GAIN;
        if (modified > threshold && standing) {
            overusedMs = overusedMs < 0 ? sentDeltaMs / 2 : overusedMs + sentDeltaMs;
            overuses++;
            if (overusedMs > OVERUSE_MS && overuses > 1 && trend >= priorTrend) {
                overusedMs = 0;
                overuses = 0;
                usage = Usage.OVER;
            }
        } else {
            overusedMs = -1;
            overuses = 0;
            usage = modified < -threshold ? Usage.UNDER : Usage.NORMAL;
        }
        priorTrend = trend;
    }

    private void adapt(double modified, double elapsedMs) {
        double distance = Math.abs(modified) - threshold;
        if (distance > MAX_ADAPT_MS) {
            return;
        }
        double rate = distance < 0 ? THRESHOLD_DOWN : THRESHOLD_UP;
        threshold += rate * distance * Math.min(elapsedMs, MAX_ADAPT_STEP_MS);
        threshold = Math.clamp(threshold, MIN_THRESHOLD_MS, MAX_THRESHOLD_MS);
    }
}
