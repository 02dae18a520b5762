package dev.sluice.signaling.admin;

import dev.sluice.engine.MediaEngine;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Slows down who tries passwords: after some free attempts a source waits longer after each. Remembers so many sources and no
 * more; the one that was quiet longest goes first. Safe for many threads.
 */
final class LoginAttempts {
    private static final int FREE = 10;
    private static final int MOST_WAIT_SECONDS = 30;
    private static final int MAX_SOURCES = 10_000;
    private static final Duration FORGET = Duration.ofMinutes(10);

    private record Source(int attempts, Instant last) {}

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<InetAddress, Source> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Source> eldest) {
            return size() > MAX_SOURCES;
        }
    };

    LoginAttempts(InstantSource clock) {
        this.clock = clock;
    }

    /** How long this source must wait, 0: not at all. */
    int waitSeconds(InetAddress address) {
        lock.lock();
        try {
            Source source = sources.get(MediaEngine.sourceOf(address));
            if (source == null || source.attempts <= FREE) {
                return 0;
            }
            long wait = Math.min(MOST_WAIT_SECONDS, 1L << Math.min(10, source.attempts - FREE - 1));
            long left = Duration.between(clock.instant(), source.last.plusSeconds(wait))
                    .toMillis();
            return Math.clamp((left + 999) / 1_000, 0, MOST_WAIT_SECONDS);
        } finally {
            lock.unlock();
        }
    }

    void onAttempt(InetAddress address) {
        lock.lock();
        try {
            Instant now = clock.instant();
            sources.merge(
                    MediaEngine.sourceOf(address),
                    new Source(1, now),
                    (before, one) -> new Source(
                            before.last.plus(FORGET).isBefore(now) ? 1 : Math.min(before.attempts + 1, 1_000), now));
        } finally {
            lock.unlock();
        }
    }

    void onSuccess(InetAddress address) {
        lock.lock();
        try {
            sources.remove(MediaEngine.sourceOf(address));
        } finally {
            lock.unlock();
        }
    }

    int sources() {
        lock.lock();
        try {
            return sources.size();
        } finally {
            lock.unlock();
        }
    }
}
