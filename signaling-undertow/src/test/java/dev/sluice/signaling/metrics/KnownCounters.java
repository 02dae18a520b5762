package dev.sluice.signaling.metrics;

/** Which of the engine's counters have a metric, for tests of other packages. Stateless. */
public final class KnownCounters {
    private KnownCounters() {}

    public static boolean knows(String counter) {
        return LoopFamilies.knows(counter);
    }
}
