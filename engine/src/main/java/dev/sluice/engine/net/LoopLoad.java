package dev.sluice.engine.net;

/** How much of the last second a loop was at work. Confined to one media loop, {@link #busyPercent} excepted. */
final class LoopLoad {
    private static final long WINDOW_NS = 1_000_000_000L;

    private long windowNs;
    private long busyNs;
    private volatile int busyPercent;

    LoopLoad(long nowNs) {
        windowNs = nowNs;
    }

    /** A duty cycle took this time. */
    void onCycle(long startNs, long endNs) {
        busyNs += endNs - startNs;
        long elapsedNs = endNs - windowNs;
        if (elapsedNs >= WINDOW_NS) {
            busyPercent = (int) Math.min(100, 100 * busyNs / elapsedNs);
            busyNs = 0;
            windowNs = endNs;
        }
    }

    /** 0 … 100. Safe for many threads. */
    int busyPercent() {
        return busyPercent;
    }
}
