package dev.sluice.engine.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of one loop. The loop alone writes, with a plain addition and an opaque store; any thread reads. Safe for
 * many threads that read.
 */
public final class LoopCounters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final Counter[] COUNTERS = Counter.values();
    private static final DropReason[] REASONS = DropReason.values();
    /** Two cache lines before and behind, so that no other loop's writes touch these. */
    private static final int PADDING = 16;

    private static final int DROPS = PADDING + COUNTERS.length;

    private final long[] values = new long[DROPS + REASONS.length + PADDING];

    public void increment(Counter counter) {
        add(counter, 1);
    }

    public void add(Counter counter, long amount) {
        add(PADDING + counter.ordinal(), amount);
    }

    /** Raises a counter that is a maximum. */
    public void max(Counter counter, long value) {
        int index = PADDING + counter.ordinal();
        if (value > values[index]) {
            ELEMENT.setOpaque(values, index, value);
        }
    }

    public void drop(DropReason reason, long amount) {
        add(DROPS + reason.ordinal(), amount);
    }

    private void add(int index, long amount) {
        ELEMENT.setOpaque(values, index, values[index] + amount);
    }

    /** From any thread. */
    public long get(Counter counter) {
        return (long) ELEMENT.getOpaque(values, PADDING + counter.ordinal());
    }

    /** From any thread. */
    public long get(DropReason reason) {
        return (long) ELEMENT.getOpaque(values, DROPS + reason.ordinal());
    }

    /** All counters of these loops together, maxima as maxima, by name: {@code datagrams_in}, {@code drop.lapped}. */
    public static Map<String, Long> sum(List<LoopCounters> loops) {
        Map<String, Long> sums = new TreeMap<>();
        for (LoopCounters loop : loops) {
            for (Counter counter : COUNTERS) {
                sums.merge(name(counter.name()), loop.get(counter), counter.isMaximum() ? Math::max : Long::sum);
            }
            for (DropReason reason : REASONS) {
                sums.merge("drop." + name(reason.name()), loop.get(reason), Long::sum);
            }
        }
        return sums;
    }

    static String name(String constant) {
        return constant.toLowerCase(Locale.ROOT);
    }
}
