package dev.sluice.engine;

import dev.sluice.engine.MediaEngine.StreamState;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener to a stream's state, called on virtual threads, one call at a time, always with the newest state: a slow
 * listener misses what was in between and holds up nobody. Safe for many threads.
 */
final class StateWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StateWatch.class);

    private final Consumer<StreamState> listener;
    private StreamState next;
    private boolean running;
    private boolean ended;

    StateWatch(Consumer<StreamState> listener) {
        this.listener = listener;
    }

    synchronized void onState(StreamState state) {
        next = state;
        if (!running && !ended) {
            running = true;
            Thread.ofVirtual().name("stream-watch").start(this::deliver);
        }
    }

    synchronized void end() {
        ended = true;
    }

    private void deliver() {
        StreamState state;
        while ((state = take()) != null) {
            try {
                listener.accept(state);
            } catch (RuntimeException e) {
                LOG.error("a listener to a stream's state failed", e);
            }
        }
    }

    private synchronized StreamState take() {
        StreamState state = ended ? null : next;
        next = null;
        running = state != null;
        return state;
    }
}
