package dev.sluice.signaling.session;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of all transports by id, as long as their media lives. Logs their coming; the engine logs what becomes of them.
 * Safe for many threads.
 */
public final class SessionDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDirectory.class);

    /** Hears of sessions, on the virtual thread that opened one or that its end came on. */
    public interface Listener {
        void onOpened(ClientSession session);

        /** Its statistics are final. */
        void onEnded(ClientSession session, SessionEnd end);

        /**
         * Somebody got no session. On any thread but a media loop; must not block.
         *
         * @param stream as the client wrote it, which may be no valid name
         */
        default void onRefused(Role role, String stream, Caller caller, Problem problem) {}
    }

    private final ConcurrentHashMap<String, ClientSession> sessions = new ConcurrentHashMap<>();
    /** How many publishers each stream has: two for a moment when another takes it over. */
    private final ConcurrentHashMap<String, Integer> publishers = new ConcurrentHashMap<>();

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Before the server opens. */
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Tells the listeners that a client got no session, whoever refused it. */
    public void refused(Role role, String stream, Caller caller, Problem problem) {
        listeners.forEach(listener -> listener.onRefused(role, stream, caller, problem));
    }

    public void add(ClientSession session) {
        session.caller().times().opened();
        sessions.put(session.id(), session);
        LOG.info(
                "session={} event=opened role={} stream={} via={} source={}",
                session.shortId(),
                session.role() == Role.PUBLISH ? "publisher" : "player",
                session.stream(),
                session.transport(),
                session.caller().source().getHostAddress());
        if (session.role() == Role.PUBLISH) {
            publishers.merge(session.stream(), 1, Integer::sum);
        }
        listeners.forEach(listener -> listener.onOpened(session));
        session.media().ended().thenAccept(end -> {
            sessions.remove(session.id());
            if (session.role() == Role.PUBLISH) {
                publishers.computeIfPresent(session.stream(), (stream, count) -> count == 1 ? null : count - 1);
            }
            listeners.forEach(listener -> listener.onEnded(session, end));
        });
    }

    public Optional<ClientSession> find(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    /** Whether a publisher of the stream is here. Without one its players wait for its return. */
    public boolean isPublished(String stream) {
        return publishers.containsKey(stream);
    }

    /** A live view in no order. */
    public Collection<ClientSession> all() {
        return sessions.values();
    }

    public int size() {
        return sessions.size();
    }
}
