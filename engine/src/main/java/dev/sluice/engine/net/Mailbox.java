package dev.sluice.engine.net;

import dev.sluice.engine.metrics.DistinctErrorLog;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one way by which other threads ask something of a loop: a bounded queue of commands. {@link #offer} is safe for
 * many threads, {@link #poll} and {@link #run} are confined to the loop.
 */
final class Mailbox {
    /** Commands that may wait; what comes then is refused and the client told to come back. */
    static final int CAPACITY = 1024;

    /** In one duty cycle. */
    private static final int MAX_RUN = 8;

    /** Without locks: a loop that waits for one goes behind all virtual threads that do. */
    private final Queue<MediaLoop.Command> commands = new ConcurrentLinkedQueue<>();

    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong refusals = new AtomicLong();

    /** False when full. */
    boolean offer(MediaLoop.Command command) {
        if (size.incrementAndGet() > CAPACITY) {
            size.decrementAndGet();
            refusals.incrementAndGet();
            return false;
        }
        return commands.add(command);
    }

    /** Commands refused since the last call. */
    long takeRefusals() {
        return refusals.getAndSet(0);
    }

    boolean isPending() {
        return !commands.isEmpty();
    }

    /** Does some of what waits; what goes wrong is recorded. Returns how many. */
    int run(MediaLoop loop, long nowNs, DistinctErrorLog errors) {
        int done = 0;
        while (done < MAX_RUN) {
            MediaLoop.Command command = poll();
            if (command == null) {
                break;
            }
            try {
                command.run(loop, nowNs);
            } catch (RuntimeException e) {
                errors.record(e);
            }
            done++;
        }
        return done;
    }

    /** The next command or null. */
    MediaLoop.Command poll() {
        MediaLoop.Command command = commands.poll();
        if (command != null) {
            size.decrementAndGet();
        }
        return command;
    }
}
