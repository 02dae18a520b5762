package dev.sluice.signaling.events;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionStats;
import dev.sluice.engine.StreamEvent;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.config.StreamName;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts what sessions and streams do into words. Safe for many threads. */
public final class EventWriter implements SessionDirectory.Listener {
    private static final int MAX_USER_AGENT_LENGTH = 200;
    private static final long NS_PER_MS = 1_000_000;

    private final EventLog log;
    private final RefusalBudget budget = new RefusalBudget();
    private final AtomicInteger sessions = new AtomicInteger();
    private final Set<String> publishing = ConcurrentHashMap.newKeySet();

    public EventWriter(EventLog log) {
        this.log = log;
    }

    /** Of the engine. */
    public void onStream(StreamEvent event) {
        EventType type =
                switch (event.kind()) {
                    case LIVE -> EventType.STREAM_STARTED;
                    case TAKEN_OVER -> EventType.STREAM_TAKEN_OVER;
                    case WAITING -> EventType.STREAM_WAITING;
                    case RESUMED -> EventType.STREAM_RESUMED;
                    case ENDED -> EventType.STREAM_STOPPED;
                };
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("stream", event.stream());
        data.put("players", event.players());
        log.add(type, Instant.ofEpochMilli(event.atEpochMs()), event.stream(), data);
        if (type == EventType.STREAM_STOPPED || type == EventType.STREAM_WAITING) {
            publishing.remove(event.stream());
        } else {
            publishing.add(event.stream());
        }
    }

    /** Whether nothing goes on whose end would still be told. */
    boolean isQuiet() {
        return sessions.get() == 0 && publishing.isEmpty();
    }

    @Override
    public void onOpened(ClientSession session) {
        sessions.incrementAndGet();
        log.add(
                session.role() == Role.PUBLISH ? EventType.PUBLISHER_JOINED : EventType.PLAYER_JOINED,
                session.openedAt(),
                session.stream(),
                facts(session));
    }

    @Override
    public void onEnded(ClientSession session, SessionEnd end) {
        Instant now = Instant.now();
        if (end == SessionEnd.BITRATE_EXCEEDED) {
            addLimit(session.stream(), Problem.of(end), System.nanoTime());
        }
        Map<String, Object> data = facts(session);
        data.put("reason", end.name().toLowerCase(Locale.ROOT));
        data.put("duration_ms", Duration.between(session.openedAt(), now).toMillis());
        addSummary(data, session.media().stats());
        log.add(
                session.role() == Role.PUBLISH ? EventType.PUBLISHER_LEFT : EventType.PLAYER_LEFT,
                now,
                session.stream(),
                data);
        sessions.decrementAndGet();
    }

    private static Map<String, Object> facts(ClientSession session) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("stream", session.stream());
        data.put("session", session.shortId());
        data.put("transport", session.transport());
        addClient(data, session.caller());
        return data;
    }

    private static void addClient(Map<String, Object> data, Caller caller) {
        data.put("address", caller.source().getHostAddress());
        String agent = caller.userAgent();
        data.put("user_agent", agent.substring(0, Math.min(agent.length(), MAX_USER_AGENT_LENGTH)));
    }

    private static void addSummary(Map<String, Object> data, SessionStats stats) {
        data.put("connected", stats.connected());
        data.put("codecs", stats.codecs());
        data.put("srtp", stats.srtpProfile());
        data.put("packets", stats.packets());
        data.put("bytes", stats.bytes());
        data.put("lost", stats.lost());
        data.put("repaired", stats.repaired());
        data.put("nacked", stats.nacked());
        data.put("key_frame_requests", stats.keyFrameRequests());
        data.put("round_trip_ms", known(stats.roundTripNs(), NS_PER_MS));
        data.put("estimate_kbps", known(stats.estimateBps(), 1_000));
        data.put("first_media_ms", known(stats.firstMediaNs(), NS_PER_MS));
    }

    /** Null for what is not known. */
    private static Long known(long value, long divisor) {
        return value < 0 ? null : Long.valueOf(value / divisor);
    }

    @Override
    public void onRefused(Role role, String stream, Caller caller, Problem problem) {
        long nowNs = System.nanoTime();
        // A name that is none may hold anything; what it wanted is still told.
        String name = StreamName.isValid(stream) ? stream : "";
        if (problem.isLimit()) {
            addLimit(name, problem, nowNs);
        }
        long suppressed = budget.take(nowNs);
        if (suppressed >= 0) {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("stream", name);
            data.put("role", role == Role.PUBLISH ? "publisher" : "player");
            addClient(data, caller);
            data.put("status", problem.status());
            data.put("code", problem.code());
            data.put("message", problem.title());
            data.put("suppressed", suppressed);
            log.add(EventType.SESSION_REFUSED, Instant.now(), name, data);
        }
    }

    private void addLimit(String stream, Problem problem, long nowNs) {
        long refused = budget.reached(problem.title(), nowNs);
        if (refused > 0) {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("stream", stream);
            data.put("code", problem.code());
            data.put("message", problem.title());
            data.put("refused", refused);
            log.add(EventType.LIMIT_REACHED, Instant.now(), stream, data);
        }
    }
}
