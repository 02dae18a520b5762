package dev.sluice.signaling.events;

import dev.sluice.signaling.config.WebhookConfig;
import dev.sluice.signaling.events.WebhookSender.Outcome;
import dev.sluice.signaling.events.WebhookSender.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One target: its queue, and the virtual thread that delivers from it, in order. When the queue is full the oldest event is
 * dropped, since the newest say best how things are. Safe for many threads.
 */
final class WebhookTarget {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookTarget.class);

    static final int MAX_WAITING = 1_000;

    private final WebhookConfig config;
    private final WebhookSender sender;
    private final RetryPolicy retry;
    private final WebhookCounters counters;
    private final SplittableRandom random = new SplittableRandom();
    private final ArrayDeque<ServerEvent> waiting = new ArrayDeque<>();
    private final Thread thread;
    /** Of what the target has not been told yet. */
    private long dropped;

    private boolean stopping;
    private boolean closed;

    WebhookTarget(WebhookConfig config, WebhookSender sender, RetryPolicy retry, WebhookCounters counters) {
        this.config = config;
        this.sender = sender;
        this.retry = retry;
        this.counters = counters;
        this.thread = Thread.ofVirtual().name("webhook").start(this::run);
    }

    WebhookConfig config() {
        return config;
    }

    /** Does not block. */
    synchronized void offer(ServerEvent event) {
        if (closed || stopping || !config.filter().takes(event.type(), event.stream())) {
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            waiting.removeFirst();
            onDropped();
        }
        waiting.addLast(event);
        notifyAll();
    }

    private synchronized void onDropped() {
        dropped++;
        counters.dropped.increment();
    }

    private void run() {
        try {
            ServerEvent event;
            while ((event = take()) != null) {
                deliver(event);
            }
        } catch (InterruptedException e) {
            // Stopped: what waits is lost, and counted below.
        } finally {
            end();
        }
    }

    private synchronized ServerEvent take() throws InterruptedException {
        while (waiting.isEmpty() && !stopping && !closed) {
            wait();
        }
        return closed ? null : waiting.pollFirst();
    }

    /** Until it is delivered, or there is no point in further tries. */
    private void deliver(ServerEvent event) throws InterruptedException {
        String id = "msg_" + event.id();
        for (int failures = 0; ; ) {
            long told = dropped();
            Result result = sender.post(config, id, event.json(told));
            if (result.outcome() == Outcome.DELIVERED) {
                counters.delivered.increment();
                onTold(told);
                return;
            }
            failures++;
            counters.failed.increment();
            LOG.debug("webhook={} event=failed try={} reason=\"{}\"", config.shown(), failures, result.why());
            if (result.outcome() == Outcome.GONE || result.outcome() == Outcome.SELF) {
                onUseless(result);
                return;
            }
            if (failures >= retry.tries() || isTooOld(event) || !pause(failures, result.retryAfter())) {
                onGivenUp(event, result);
                return;
            }
        }
    }

    private synchronized void onGivenUp(ServerEvent event, Result result) {
        onDropped();
        if (!stopping) {
            String type = event.type().label();
            LOG.warn("webhook={} event=given_up type={} reason=\"{}\"", config.shown(), type, result.why());
        }
    }

    private synchronized long dropped() {
        return dropped;
    }

    private synchronized void onTold(long told) {
        dropped -= told;
    }

    private boolean isTooOld(ServerEvent event) {
        return Duration.between(event.at(), Instant.now()).compareTo(retry.maxAge()) > 0;
    }

    /** The target wants nothing, or is ourselves: nothing more goes there until the configuration changes. */
    private synchronized void onUseless(Result result) {
        LOG.warn("webhook={} event=switched_off reason=\"{}\"", config.shown(), result.why());
        if (result.outcome() == Outcome.SELF) {
            counters.self.increment();
        }
        onDropped();
        closed = true;
    }

    /** False when the target is being stopped: no time for pauses. */
    private synchronized boolean pause(int failures, Duration asked) throws InterruptedException {
        Duration pause = retry.pause(failures, random);
        long ns = Math.max(
                pause.toNanos(), Math.min(asked.toNanos(), retry.longest().toNanos()));
        long untilNs = System.nanoTime() + ns;
        while (!stopping) {
            long leftNs = untilNs - System.nanoTime();
            if (leftNs <= 0) {
                return true;
            }
            wait(leftNs / 1_000_000 + 1);
        }
        return false;
    }

    private synchronized void end() {
        closed = true;
        waiting.forEach(lost -> counters.dropped.increment());
        waiting.clear();
    }

    /** No further events; what waits is tried once each. */
    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    /** At once: what waits is dropped. */
    void cut() {
        stop();
        thread.interrupt();
    }

    /** Waits for the end, then breaks off. */
    void awaitEnd(long deadlineNs) throws InterruptedException {
        long leftMs = Math.max(1, (deadlineNs - System.nanoTime()) / 1_000_000);
        thread.join(leftMs);
        thread.interrupt();
    }
}
