package dev.sluice.engine.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Gives a recording what the loops dropped, each second, by reading their counters: the loops know nothing of it. Safe for many
 * threads.
 */
public final class DropEvents implements AutoCloseable {
    private static final DropReason[] REASONS = DropReason.values();
    /** What was dropped while nobody recorded is not told. */
    private static final Duration GAP = Duration.ofMinutes(1);

    private final List<LoopCounters> loops;
    private final InstantSource clock;
    private final long[][] told;
    private final Runnable hook = this::look;
    private final FlightRecorderListener recorder = new FlightRecorderListener() {
        @Override
        public void recorderInitialized(FlightRecorder initialized) {
            LoopEvents.load();
            FlightRecorder.addPeriodicEvent(DropEvent.class, hook);
            if (closed) {
                close();
            }
        }
    };
    private Instant lookedAt = Instant.MIN;
    private volatile boolean closed;

    public DropEvents(List<LoopCounters> loops, InstantSource clock) {
        this.loops = List.copyOf(loops);
        this.clock = clock;
        this.told = new long[loops.size()][REASONS.length];
    }

    /** Once. The recorder's classes are loaded when somebody records. */
    public void start() {
        FlightRecorder.addListener(recorder);
    }

    private synchronized void look() {
        Instant now = clock.instant();
        boolean follows = lookedAt.isAfter(now.minus(GAP));
        lookedAt = now;
        for (int loop = 0; loop < told.length; loop++) {
            for (DropReason reason : REASONS) {
                long count = loops.get(loop).get(reason);
                long drops = count - told[loop][reason.ordinal()];
                told[loop][reason.ordinal()] = count;
                if (drops > 0 && follows) {
                    DropEvent.commit(loop, reason, drops);
                }
            }
        }
    }

    /** Idempotent. Without our lock, since the recorder's own may be held by who waits for ours. */
    @Override
    public void close() {
        closed = true;
        FlightRecorder.removeListener(recorder);
        if (FlightRecorder.isInitialized()) {
            FlightRecorder.removePeriodicEvent(hook);
        }
    }
}
