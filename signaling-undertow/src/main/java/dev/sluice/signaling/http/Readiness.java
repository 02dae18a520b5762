package dev.sluice.signaling.http;

import dev.sluice.engine.LoopStats;
import dev.sluice.engine.MediaEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Whether the server takes new sessions, and in words why not. Safe for many threads; asking blocks on nothing. */
public final class Readiness {
    /** A healthy loop has a duty cycle each second at least. */
    private static final long HANGS_NS = TimeUnit.SECONDS.toNanos(5);

    private final MediaEngine engine;
    private final List<Supplier<String>> obstacles = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;

    public Readiness(MediaEngine engine) {
        this.engine = engine;
    }

    /** @param obstacle gives a sentence while it stands in the way, else null */
    public void add(Supplier<String> obstacle) {
        obstacles.add(obstacle);
    }

    /** For good. */
    public void stopping() {
        stopping = true;
    }

    public boolean isStopping() {
        return stopping;
    }

    public boolean isReady() {
        return reasons().isEmpty();
    }

    /** One sentence for each; empty when the server is ready. */
    public List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        if (stopping) {
            reasons.add("The server stops.");
        }
        for (Supplier<String> obstacle : obstacles) {
            String reason = obstacle.get();
            if (reason != null) {
                reasons.add(reason);
            }
        }
        for (LoopStats loop : engine.loops()) {
            if (loop.sinceCycleNs() > HANGS_NS) {
                reasons.add("Media loop " + loop.index() + " has done nothing for "
                        + TimeUnit.NANOSECONDS.toSeconds(loop.sinceCycleNs()) + " s.");
            }
        }
        if (engine.logMemory().full()) {
            reasons.add("The memory for publishers' logs is used up.");
        }
        return reasons;
    }
}
