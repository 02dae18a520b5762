package dev.sluice.signaling.events;

import dev.sluice.signaling.config.EventType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The latest events in a ring, which readers go through at their own pace: one that is too slow finds a gap, and nothing piles up
 * for it. Safe for many threads.
 */
public final class EventLog {
    /** So many events can be read again. */
    public static final int KEPT = 1_000;

    /** Takes each event as it happens, in order; must not block. */
    interface Sink {
        void offer(ServerEvent event);
    }

    private final String run;
    private final ServerEvent[] ring = new ServerEvent[KEPT];
    private final long[] byType = new long[EventType.values().length];
    private final List<Sink> sinks = new CopyOnWriteArrayList<>();
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private long last;

    /** @param startedAt marks this start of the server in the events' ids */
    public EventLog(Instant startedAt) {
        this.run = Long.toString(startedAt.toEpochMilli(), Character.MAX_RADIX);
    }

    /** @param stream empty when it concerns none */
    void add(EventType type, Instant at, String stream, Map<String, Object> data) {
        synchronized (this) {
            last++;
            ServerEvent event = new ServerEvent(last, id(last), type, at, stream, data);
            ring[(int) (last % KEPT)] = event;
            byType[type.ordinal()]++;
            for (Sink sink : sinks) {
                sink.offer(event);
            }
        }
        readers.forEach(Runnable::run);
    }

    /** Before the server opens. */
    void addSink(Sink sink) {
        sinks.add(sink);
    }

    /** @param onNews run after each event, on whatever thread it came on; must not block */
    void addReader(Runnable onNews) {
        readers.add(onNews);
    }

    /** The event of this number, or if that is gone the oldest there is; null when it has not happened yet. */
    synchronized ServerEvent read(long number) {
        if (number > last) {
            return null;
        }
        return ring[(int) (Math.max(number, last - KEPT + 1) % KEPT)];
    }

    /** Of the newest event, 0 before the first. */
    synchronized long last() {
        return last;
    }

    String id(long number) {
        return run + "-" + number;
    }

    /** The number in an id; −1 when the id is of another start of the server, or is none. */
    synchronized long number(String id) {
        int dash = id.indexOf('-');
        if (dash < 0
                || !id.substring(0, dash).equals(run)
                || !id.substring(dash + 1).matches("[0-9]{1,18}")) {
            return -1;
        }
        long number = Long.parseLong(id.substring(dash + 1));
        return number > last ? -1 : number;
    }

    /** Since the start. */
    public synchronized long count(EventType type) {
        return byType[type.ordinal()];
    }
}
