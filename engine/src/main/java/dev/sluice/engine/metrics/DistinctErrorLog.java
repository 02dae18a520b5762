package dev.sluice.engine.metrics;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unexpected exceptions, each kind logged once and then only counted, so that a fault that comes with every packet cannot
 * flood the log. A kind is the exception's class and the place it was thrown at. Safe for many threads.
 */
public final class DistinctErrorLog {
    /** Kinds kept; what comes beyond is counted as one. */
    static final int MAX_KINDS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(DistinctErrorLog.class);
    private static final String OTHERS = "others";

    private final Map<String, Long> counts = new HashMap<>();

    /** Counts the error, and logs it with its stack when it is the first of its kind. */
    public void record(Throwable error) {
        StackTraceElement[] stack = error.getStackTrace();
        String kind = error.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
        boolean first;
        synchronized (counts) {
            String key = counts.containsKey(kind) || counts.size() < MAX_KINDS ? kind : OTHERS;
            first = counts.merge(key, 1L, Long::sum) == 1;
        }
        if (first) {
            LOG.error("unexpected error, further ones of its kind are only counted", error);
        }
    }

    /** How often each kind came. */
    public Map<String, Long> counts() {
        synchronized (counts) {
            return Map.copyOf(counts);
        }
    }
}
