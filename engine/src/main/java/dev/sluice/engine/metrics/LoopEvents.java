package dev.sluice.engine.metrics;

/**
 * Tells Flight Recorder what a loop does. The classes of the events bring the recorder's own with them, some tens of milliseconds of
 * a start: they are loaded when somebody records, on the recorder's thread. Confined to one media loop, {@link #load} excepted.
 */
public final class LoopEvents {
    /** The events' classes are loaded. */
    private static volatile boolean loaded;

    /** Used again and again, so that a recording allocates nothing on the loop; null until somebody records. */
    private DutyCycleEvent cycle;

    /** Somebody records: from now on loops tell. Safe for many threads. */
    static void load() {
        new DutyCycleEvent();
        JoinEvent.load();
        loaded = true;
    }

    /** A duty cycle begins. */
    public void beginCycle() {
        if (cycle != null) {
            cycle.begin();
        } else if (loaded) {
            cycle = new DutyCycleEvent();
            cycle.begin();
        }
    }

    /** The duty cycle that was begun is over. */
    public void endCycle(int loop, int work, long sessions) {
        if (cycle != null) {
            cycle.end(loop, work, sessions);
        }
    }

    /** A session's first RTP packet came or went. */
    public static void joined(String sessionId, String streamName, boolean isPublisher, long firstMediaNs) {
        if (loaded) {
            JoinEvent.commit(sessionId, streamName, isPublisher, firstMediaNs);
        }
    }
}
