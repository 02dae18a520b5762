package dev.sluice.engine.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How much of the last second a loop was at work, and how late it may have been. Confined to one media loop; what is said of it may be asked by any thread. */
final class LoopLoad {
    private static final long WINDOW_NS = 1_000_000_000L;

    /** When datagrams were left unread nobody knows how old they were. */
    private static final long LATE_NS = 1_000_000_000L;

    private static final VarHandle LAST_CYCLE_NS;

    static {
        try {
            LAST_CYCLE_NS = MethodHandles.lookup().findVarHandle(LoopLoad.class, "lastCycleNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long windowNs;
    private long busyNs;
    private long latestNs;
    private long formerLatestNs;
    private volatile int busyPercent;
    private volatile long sessions;
    /** Written at each cycle, and so without the fence of a volatile. */
    private long lastCycleNs;

    LoopLoad(long nowNs) {
        windowNs = nowNs;
        LAST_CYCLE_NS.setOpaque(this, nowNs);
    }

    /**
     * A duty cycle took this time.
     *
     * @param behind whether it left datagrams unread
     */
    void onCycle(long startNs, long endNs, boolean behind, long sessionsNow) {
        LAST_CYCLE_NS.setOpaque(this, endNs);
        busyNs += endNs - startNs;
        latestNs = Math.max(latestNs, behind ? LATE_NS : endNs - startNs);
        long elapsedNs = endNs - windowNs;
        if (elapsedNs >= WINDOW_NS) {
            busyPercent = (int) Math.min(100, 100 * busyNs / elapsedNs);
            sessions = sessionsNow;
            busyNs = 0;
            formerLatestNs = latestNs;
            latestNs = 0;
            windowNs = endNs;
        }
    }

    /** Since the end of the last duty cycle; a healthy loop has one a second at least. Safe for many threads. */
    long sinceCycleNs(long nowNs) {
        return Math.max(0, nowNs - (long) LAST_CYCLE_NS.getOpaque(this));
    }

    /** How long a datagram of the last second or two may have lain in the socket, at most. */
    long lateNs() {
        return Math.max(latestNs, formerLatestNs);
    }

    /** The last second's percent at work. Safe for many threads. */
    int busyPercent() {
        return busyPercent;
    }

    /** The last second's percent at work, as it would be if the sessions since then were like those before. Safe for many threads. */
    long expectedPercent(long sessionsNow) {
        return busyPercent * sessionsNow / Math.max(1, sessions);
    }
}
