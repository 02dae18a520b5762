package dev.sluice.signaling.session;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.StreamRule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second at whose right is over and which publisher sends too much. Its look is confined to one thread at a time.
 */
final class AccessWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessWatch.class);

    /** Rechecks at a time; further ones wait: after a change of the configuration they are as many as sessions. */
    private static final int MAX_RECHECKS = 32;

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** So long is measured: a key frame or a burst of a second is no excess. */
    static final Duration BITRATE_WINDOW = Duration.ofSeconds(5);

    private final Supplier<AccessConfig> current;
    private final Admission admission;
    private final SessionDirectory sessions;
    private final InstantSource clock;
    private final Executor executor;
    private final Semaphore rechecks = new Semaphore(MAX_RECHECKS);
    private final Map<String, Meter> meters = new HashMap<>();
    private Thread thread;

    /** What a publisher had sent when its window began. */
    private record Meter(long bytes, Instant since) {}

    AccessWatch(
            Supplier<AccessConfig> current,
            Admission admission,
            SessionDirectory sessions,
            InstantSource clock,
            Executor executor) {
        this.current = current;
        this.admission = admission;
        this.sessions = sessions;
        this.clock = clock;
        this.executor = executor;
    }

    void start() {
        thread = Thread.ofVirtual().name("access-watch").start(() -> {
            try {
                while (true) {
                    Thread.sleep(INTERVAL);
                    lookSafely();
                }
            } catch (InterruptedException e) {
                // The server stops.
            }
        });
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("event=access-watch-failed", e);
        }
    }

    /** One look. */
    void look() {
        Instant now = clock.instant();
        Set<String> seen = new HashSet<>();
        for (ClientSession session : sessions.all()) {
            Grant grant = session.grant();
            if (admission.isDue(grant) && grant.beginCheck()) {
                executor.execute(() -> recheck(session));
            }
            if (session.role() == Role.PUBLISH) {
                seen.add(session.id());
                measure(session, now);
            }
        }
        meters.keySet().retainAll(seen);
    }

    /** One that is ended is not looked at again while it goes. */
    private void recheck(ClientSession session) {
        boolean goesOn = true;
        rechecks.acquireUninterruptibly();
        try {
            goesOn = admission.recheck(session);
        } finally {
            rechecks.release();
            if (goesOn) {
                session.grant().endCheck();
            }
        }
    }

    private void measure(ClientSession session, Instant now) {
        int mostKbps = current.get()
                .streams()
                .find(session.stream())
                .map(StreamRule::access)
                .map(access -> access.maxPublishKbps())
                .orElse(0);
        if (mostKbps == 0) {
            return;
        }
        long bytes = session.media().stats().bytes();
        Meter meter = meters.computeIfAbsent(session.id(), id -> new Meter(bytes, now));
        Duration window = Duration.between(meter.since, now);
        if (window.compareTo(BITRATE_WINDOW) >= 0) {
            meters.put(session.id(), new Meter(bytes, now));
            if ((bytes - meter.bytes) * 8 > mostKbps * window.toMillis()) {
                admission.end(session, SessionEnd.BITRATE_EXCEEDED, "bitrate");
            }
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
