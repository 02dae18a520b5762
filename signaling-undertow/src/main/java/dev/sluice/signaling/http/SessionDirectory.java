package dev.sluice.signaling.http;

import dev.sluice.engine.MediaSession;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of all transports by id, as long as their media lives. Logs their coming; the engine logs what becomes of them.
 * Safe for many threads.
 */
public final class SessionDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDirectory.class);

    /** An id is a capability: logs show this much of it. */
    private static final int LOGGED_ID_LENGTH = 8;

    private final ConcurrentHashMap<String, MediaSession> sessions = new ConcurrentHashMap<>();

    public void add(MediaSession session, String transport, InetAddress source) {
        sessions.put(session.id(), session);
        LOG.info(
                "session={} event=opened role={} stream={} via={} source={}",
                session.id()
                        .substring(0, Math.min(LOGGED_ID_LENGTH, session.id().length())),
                session.isPublisher() ? "publisher" : "player",
                session.stream(),
                transport,
                source.getHostAddress());
        session.ended().thenAccept(end -> sessions.remove(session.id()));
    }

    public Optional<MediaSession> find(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    public int size() {
        return sessions.size();
    }
}
