package dev.sluice.signaling.events;

import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.access.Gate;
import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.config.AdminConfig;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.config.LiveConfig;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The log, those who write it and those who read it, put together. Safe for many threads. */
public final class ServerEvents {
    private final EventLog log = new EventLog(Instant.now());
    private final EventWriter writer = new EventWriter(log);
    private final EventFeed feed;
    private final Webhooks webhooks;
    private final Runnable watch;

    public ServerEvents(
            MediaEngine engine,
            SessionDirectory sessions,
            LiveConfig config,
            Gate gate,
            VirtualThreads threads,
            OutboundHttp http,
            String version) {
        feed = new EventFeed(log, gate, threads);
        webhooks = new Webhooks(config.part(now -> now.events().webhooks()), http, "Sluice/" + version);
        log.addSink(webhooks);
        AtomicReference<AdminConfig> admin = new AtomicReference<>(config.get().admin());
        config.onChange(now -> {
            webhooks.update();
            if (!admin.getAndSet(now.admin()).equals(now.admin())) {
                feed.endAll();
            }
        });
        sessions.addListener(writer);
        watch = engine.watchStreams(writer::onStream);
    }

    public EventFeed feed() {
        return feed;
    }

    /** Sums by name: events by type, readers and what they missed, deliveries of webhooks. */
    public Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>(webhooks.counters());
        for (EventType type : EventType.values()) {
            counters.put("event." + type.label(), log.count(type));
        }
        counters.put("events.readers", (long) feed.readers());
        counters.put("events.missed_by_readers", feed.missed());
        return counters;
    }

    /**
     * After the engine has closed: the last ends are still told.
     *
     * @param patience for all of it
     */
    public void close(Duration patience) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        await(writer::isQuiet, deadlineNs);
        watch.run();
        feed.close();
        webhooks.close(Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime())));
        await(() -> feed.readers() == 0, deadlineNs);
    }

    private static void await(BooleanSupplier done, long deadlineNs) {
        while (!done.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
