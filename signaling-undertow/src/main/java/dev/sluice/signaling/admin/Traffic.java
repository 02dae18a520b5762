package dev.sluice.signaling.admin;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionStats;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was received and sent by stream and in all, sessions that have ended included, so that sums never fall; and each
 * session's bitrate between two looks at it. Safe for many threads.
 */
final class Traffic implements SessionDirectory.Listener {
    /** Streams without sessions that are remembered. */
    private static final int MAX_QUIET_STREAMS = 20_000;

    private static final long LEAST_INTERVAL_MS = 1_000;

    /** Bytes of media each way; when media came last, 0 for never. Immutable. */
    record Sums(long bytesIn, long bytesOut, long lastMediaAtMs) {
        static final Sums NONE = new Sums(0, 0, 0);
    }

    private static final class Stream {
        private final Map<String, Sampled> sessions = new LinkedHashMap<>();
        private long endedIn;
        private long endedOut;
        private long lastMediaAtMs;
    }

    private static final class Sampled {
        private final ClientSession session;
        private long beforeMs;
        private long beforeBytes;
        private long atMs;
        private long bytes;

        Sampled(ClientSession session) {
            this.session = session;
            beforeMs = session.openedAt().toEpochMilli();
            atMs = beforeMs;
        }
    }

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Stream> streams = new LinkedHashMap<>();
    private long endedIn;
    private long endedOut;

    Traffic(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void onOpened(ClientSession session) {
        lock.lock();
        try {
            forgetQuiet();
            streams.computeIfAbsent(session.stream(), name -> new Stream())
                    .sessions
                    .put(session.id(), new Sampled(session));
        } finally {
            lock.unlock();
        }
    }

    private void forgetQuiet() {
        if (streams.size() >= MAX_QUIET_STREAMS) {
            streams.values().removeIf(stream -> stream.sessions.isEmpty());
        }
    }

    @Override
    public void onEnded(ClientSession session, SessionEnd end) {
        lock.lock();
        try {
            Stream stream = streams.get(session.stream());
            if (stream == null || stream.sessions.remove(session.id()) == null) {
                return;
            }
            long bytes = session.media().stats().bytes();
            if (session.role() == Role.PUBLISH) {
                stream.endedIn += bytes;
                endedIn += bytes;
                stream.lastMediaAtMs = bytes > 0 ? clock.millis() : stream.lastMediaAtMs;
            } else {
                stream.endedOut += bytes;
                endedOut += bytes;
            }
        } finally {
            lock.unlock();
        }
    }

    Sums sums(String name) {
        lock.lock();
        try {
            Stream stream = streams.get(name);
            if (stream == null) {
                return Sums.NONE;
            }
            long in = stream.endedIn;
            long out = stream.endedOut;
            for (Sampled sampled : stream.sessions.values()) {
                SessionStats stats = sampled.session.media().stats();
                if (sampled.session.role() == Role.PUBLISH) {
                    in += stats.bytes();
                    look(sampled, stats.bytes(), stream);
                } else {
                    out += stats.bytes();
                }
            }
            return new Sums(in, out, stream.lastMediaAtMs);
        } finally {
            lock.unlock();
        }
    }

    Sums all() {
        lock.lock();
        try {
            long in = endedIn;
            long out = endedOut;
            for (Stream stream : streams.values()) {
                for (Sampled sampled : stream.sessions.values()) {
                    long bytes = sampled.session.media().stats().bytes();
                    in += sampled.session.role() == Role.PUBLISH ? bytes : 0;
                    out += sampled.session.role() == Role.PUBLISH ? 0 : bytes;
                }
            }
            return new Sums(in, out, 0);
        } finally {
            lock.unlock();
        }
    }

    /** The sessions of a stream. */
    List<ClientSession> sessions(String name) {
        lock.lock();
        try {
            Stream stream = streams.get(name);
            return stream == null
                    ? List.of()
                    : stream.sessions.values().stream()
                            .map(sampled -> sampled.session)
                            .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Of a session since this was asked before, a second ago at least; before that since its beginning. */
    long bitrateBps(ClientSession session, long bytes) {
        lock.lock();
        try {
            Stream stream = streams.get(session.stream());
            Sampled sampled = stream == null ? null : stream.sessions.get(session.id());
            return sampled == null ? 0 : look(sampled, bytes, stream);
        } finally {
            lock.unlock();
        }
    }

    private long look(Sampled sampled, long bytes, Stream stream) {
        long nowMs = clock.millis();
        if (nowMs - sampled.atMs >= LEAST_INTERVAL_MS) {
            if (bytes > sampled.bytes && sampled.session.role() == Role.PUBLISH) {
                stream.lastMediaAtMs = nowMs;
            }
            sampled.beforeMs = sampled.atMs;
            sampled.beforeBytes = sampled.bytes;
            sampled.atMs = nowMs;
            sampled.bytes = bytes;
        }
        long ms = sampled.atMs - sampled.beforeMs;
        return ms <= 0 ? 0 : (sampled.bytes - sampled.beforeBytes) * 8_000 / ms;
    }

    /** To all players of them. */
    long outBps(Collection<ClientSession> sessions) {
        return sessions.stream()
                .filter(session -> session.role() == Role.PLAY)
                .mapToLong(
                        session -> bitrateBps(session, session.media().stats().bytes()))
                .sum();
    }
}
