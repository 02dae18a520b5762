package dev.sluice.signaling.metrics;

import dev.sluice.signaling.http.StreamEndpoint;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/**
 * Reads what players upload about themselves: time to the first picture, stalls. Safe for many threads.
 *
 * <p>Whatever a client claims, it speaks for its own session only, which it names by its unguessable id; a second has one stall at
 * most and no more standing still than it is long; and none of its text becomes a label.
 */
public final class ClientReports implements StreamEndpoint.Reports {
    /** Whoever closes reports behind its session's end: such sessions are remembered for so long, */
    private static final Duration LATE = Duration.ofSeconds(30);

    /** and so many, some 200 bytes each: all of a large stream may end at once. */
    private static final int MAX_ENDED = 20_000;

    private static final long MAX_FIRST_FRAME_MS = 60_000;

    /** What is told of a player's session, and kept of one that has ended. Immutable. */
    record Viewer(String id, String stream, String role, String transport, Instant openedAt) {
        Viewer(ClientSession session) {
            this(session.id(), session.stream(), SessionFigures.role(session), session.transport(), session.openedAt());
        }
    }

    /** What a session has claimed. Guarded by the reports. */
    private static final class Claims {
        private final Viewer viewer;
        private Instant ended;
        private boolean firstFrame;
        private long stalls;
        private long stalledMs;
        private boolean toldOfStalls;
        private boolean settled;

        Claims(ClientSession session) {
            viewer = new Viewer(session);
        }

        /** As long as the session has lasted. */
        long mostMs(Instant now) {
            return Math.max(
                    0,
                    Duration.between(viewer.openedAt(), ended == null ? now : ended)
                            .toMillis());
        }
    }

    private final SessionDirectory sessions;
    private final Ledger ledger;
    private final ObjLongConsumer<Viewer> firstFrames;
    private final ObjLongConsumer<Viewer> stalled;
    private final LongSupplier clockNs;
    private final InstantSource clock;
    private final Map<String, Claims> claims = new LinkedHashMap<>();
    private final Map<String, Claims> ended = new LinkedHashMap<>();

    /**
     * @param firstFrames hears once of a session how many ms its first picture took
     * @param stalled hears once of a session, when its word on that is final, how many ms it stood still
     */
    ClientReports(
            SessionDirectory sessions,
            Ledger ledger,
            ObjLongConsumer<Viewer> firstFrames,
            ObjLongConsumer<Viewer> stalled,
            LongSupplier clockNs,
            InstantSource clock) {
        this.sessions = sessions;
        this.ledger = ledger;
        this.firstFrames = firstFrames;
        this.stalled = stalled;
        this.clockNs = clockNs;
        this.clock = clock;
    }

    @Override
    public void onReport(String stream, String session, String body) {
        Map<String, Object> report;
        try {
            report = Json.parseObject(body);
        } catch (JsonException e) {
            return;
        }
        // Over WebSocket Flussonic's player has no id in the path, but names it in the body.
        String id = session.isEmpty() && report.get("source_id") instanceof String source ? source : session;
        synchronized (this) {
            Claims of = claims(id);
            if (of == null || !of.viewer.stream().equals(stream)) {
                return;
            }
            take(of, report);
            if (of.ended != null) {
                settle(of);
            }
        }
    }

    private Claims claims(String id) {
        Claims known = claims.getOrDefault(id, ended.get(id));
        if (known != null) {
            return known;
        }
        ClientSession session = sessions.find(id).orElse(null);
        return session == null || SessionFigures.isPublisher(session)
                ? null
                : claims.computeIfAbsent(id, key -> new Claims(session));
    }

    private void take(Claims of, Map<String, Object> report) {
        long nowNs = clockNs.getAsLong();
        long ageMs = of.mostMs(clock.instant());
        long opened = number(report.get("opened_at"));
        long started = number(report.get("started_at"));
        if (!of.firstFrame && opened > 0 && started >= opened) {
            of.firstFrame = true;
            firstFrames.accept(of.viewer, Math.min(started - opened, MAX_FIRST_FRAME_MS));
        }
        if (!(report.get("application") instanceof Map<?, ?> application)) {
            return;
        }
        of.toldOfStalls |= application.get("stall_duration") instanceof Double;
        long stalls = Math.min(number(application.get("stall_count")), 1 + ageMs / 1_000);
        if (stalls > of.stalls) {
            ledger.add(of.viewer.stream(), Sum.STALLS, stalls - of.stalls, nowNs);
            of.stalls = stalls;
        }
        long stalledMs = Math.min(number(application.get("stall_duration")), ageMs);
        if (stalledMs > of.stalledMs) {
            ledger.add(of.viewer.stream(), Sum.STALLED, stalledMs - of.stalledMs, nowNs);
            of.stalledMs = stalledMs;
        }
    }

    /** 0 for what is no number, or none that counts anything. */
    private static long number(Object value) {
        return value instanceof Double number && number > 0 ? number.longValue() : 0;
    }

    /** Also of one that reported nothing: of a short one, the first report may come behind its end. */
    void onEnded(ClientSession session) {
        if (SessionFigures.isPublisher(session)) {
            return;
        }
        synchronized (this) {
            Claims known = claims.remove(session.id());
            Claims of = known == null ? new Claims(session) : known;
            of.ended = clock.instant();
            ended.put(session.id(), of);
            if (ended.size() > MAX_ENDED) {
                forgetOldest();
            }
            look();
        }
    }

    /** Takes the last word of those whose sessions ended a while ago: nothing comes of them any more. */
    synchronized void look() {
        Instant before = clock.instant().minus(LATE);
        while (!ended.isEmpty() && ended.values().iterator().next().ended.isBefore(before)) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        settle(ended.remove(ended.keySet().iterator().next()));
    }

    private void settle(Claims of) {
        if (of.toldOfStalls && !of.settled) {
            of.settled = true;
            stalled.accept(of.viewer, of.stalledMs);
        }
    }
}
