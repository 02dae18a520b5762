package dev.sluice.engine.net;

/** How much of the last second a loop was at work. Confined to one media loop, {@link #expectedPercent} excepted. */
final class LoopLoad {
    private static final long WINDOW_NS = 1_000_000_000L;

    private long windowNs;
    private long busyNs;
    private volatile int busyPercent;
    private volatile long sessions;

    LoopLoad(long nowNs) {
        windowNs = nowNs;
    }

    /** A duty cycle took this time. */
    void onCycle(long startNs, long endNs, long sessionsNow) {
        busyNs += endNs - startNs;
        long elapsedNs = endNs - windowNs;
        if (elapsedNs >= WINDOW_NS) {
            busyPercent = (int) Math.min(100, 100 * busyNs / elapsedNs);
            sessions = sessionsNow;
            busyNs = 0;
            windowNs = endNs;
        }
    }

    /** The last second's percent at work, as it would be if the sessions since then were like those before. Safe for many threads. */
    long expectedPercent(long sessionsNow) {
        return busyPercent * sessionsNow / Math.max(1, sessions);
    }
}
