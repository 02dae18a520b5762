package dev.sluice.engine.net;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one way by which other threads ask something of a loop: a bounded queue of commands. {@link #offer} is safe for
 * many threads, {@link #poll} is confined to the loop.
 */
final class Mailbox {
    /** Commands that may wait; what comes then is refused and the client told to come back. */
    static final int CAPACITY = 1024;

    private final ArrayBlockingQueue<MediaLoop.Command> commands = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong refusals = new AtomicLong();
    private volatile boolean pending;

    /** False when full. */
    boolean offer(MediaLoop.Command command) {
        boolean taken = commands.offer(command);
        if (!taken) {
            refusals.incrementAndGet();
        }
        pending = true;
        return taken;
    }

    /** Commands refused since the last call. */
    long takeRefusals() {
        return refusals.getAndSet(0);
    }

    boolean isPending() {
        return pending;
    }

    /** The next command or null; reads one flag when there is none. */
    MediaLoop.Command poll() {
        if (!pending) {
            return null;
        }
        MediaLoop.Command command = commands.poll();
        if (command == null) {
            pending = false;
            // One offered between the poll and the flag's fall would wait for the next one.
            command = commands.poll();
            if (command != null) {
                pending = true;
            }
        }
        return command;
    }
}
