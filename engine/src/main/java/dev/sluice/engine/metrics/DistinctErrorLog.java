package dev.sluice.engine.metrics;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unexpected exceptions, each kind logged once and then only counted, so that a fault that comes with every packet cannot
 * flood the log. A kind is the exception's class and the place it was thrown at. Safe for many threads; who reads holds up no loop
 * that records.
 */
public final class DistinctErrorLog {
    /** Kinds kept apart; what comes beyond is counted as one more kind. */
    static final int MAX_KINDS = 64;

    static final String OTHERS = "others";

    private static final Logger LOG = LoggerFactory.getLogger(DistinctErrorLog.class);

    /** One kind of error, how often and when it came. */
    public record Entry(String kind, long count, Instant first, Instant last) {}

    private final InstantSource clock;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    /** An empty log that takes the time of an error from this clock. */
    public DistinctErrorLog(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts the error, and logs it with its stack when it is the first of its kind. */
    public void record(Throwable error) {
        String kind = kind(error);
        Instant now = clock.instant();
        // Loops that fail at the same moment may together make a kind or two more than that.
        String key = entries.containsKey(kind) || entries.size() < MAX_KINDS ? kind : OTHERS;
        Entry entry = entries.merge(
                key,
                new Entry(key, 1, now, now),
                (before, one) -> new Entry(key, before.count() + 1, before.first(), one.last()));
        if (entry.count() == 1) {
            LOG.error("unexpected error, further ones of its kind are only counted", error);
        }
    }

    /** The kinds so far, oldest first. */
    public List<Entry> entries() {
        return entries.values().stream()
                .sorted(Comparator.comparing(Entry::first)
                        .thenComparing(entry -> entry.kind().equals(OTHERS)))
                .toList();
    }

    /** The JVM leaves the stack of an exception out that it throws often at one place. */
    private static String kind(Throwable error) {
        StackTraceElement[] stack = error.getStackTrace();
        return error.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }
}
