package dev.sluice.signaling.events;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps refusals, which any stranger can cause in masses, from driving all else out of the log: so many a second become events,
 * the others are counted. Safe for many threads.
 */
final class RefusalBudget {
    static final int PER_SECOND = 10;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LIMIT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_LIMITS = 64;

    private long secondNs;
    private boolean started;
    private int inSecond;
    private long suppressed;
    private final Map<String, Limit> limits = new HashMap<>();

    /** One limit's. */
    private static final class Limit {
        private long toldNs;
        private long refused;
    }

    /** How many were suppressed before this one, −1 when this one is. */
    synchronized long take(long nowNs) {
        if (!started || nowNs - secondNs >= SECOND_NS) {
            started = true;
            secondNs = nowNs;
            inSecond = 0;
        }
        if (inSecond == PER_SECOND) {
            suppressed++;
            return -1;
        }
        inSecond++;
        long before = suppressed;
        suppressed = 0;
        return before;
    }

    /** How many a limit refused since it was last told of, this one included; 0 when it is too early to tell again. */
    synchronized long reached(String limit, long nowNs) {
        Limit known = limits.get(limit);
        if (known == null) {
            if (limits.size() == MAX_LIMITS) {
                limits.clear();
            }
            known = new Limit();
            known.toldNs = nowNs - LIMIT_INTERVAL_NS;
            limits.put(limit, known);
        }
        known.refused++;
        if (nowNs - known.toldNs < LIMIT_INTERVAL_NS) {
            return 0;
        }
        long refused = known.refused;
        known.refused = 0;
        known.toldNs = nowNs;
        return refused;
    }
}
