package dev.sluice.engine;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener to the changes of all streams, called on virtual threads, one call at a time, in order. A slow one holds up
 * nobody: what is more than it may have waiting is dropped, the oldest first, and counted. Safe for many threads.
 */
final class StreamEventWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StreamEventWatch.class);

    static final int MAX_WAITING = 4_096;

    private final Consumer<StreamEvent> listener;
    private final ArrayDeque<StreamEvent> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean ended;
    private long dropped;

    StreamEventWatch(Consumer<StreamEvent> listener) {
        this.listener = listener;
    }

    synchronized void onEvent(StreamEvent event) {
        if (ended) {
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            waiting.removeFirst();
            dropped++;
        }
        waiting.addLast(event);
        if (!running) {
            running = true;
            Thread.ofVirtual().name("stream-watch").start(this::deliver);
        }
    }

    synchronized void end() {
        ended = true;
        waiting.clear();
    }

    synchronized long dropped() {
        return dropped;
    }

    private void deliver() {
        StreamEvent event;
        while ((event = take()) != null) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.error("a listener to the streams' changes failed", e);
            }
        }
    }

    private synchronized StreamEvent take() {
        StreamEvent event = waiting.pollFirst();
        running = event != null;
        return event;
    }
}
