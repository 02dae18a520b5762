package dev.sluice.signaling.metrics;

import dev.sluice.engine.SessionStats;
import dev.sluice.signaling.session.ClientSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Sums over sessions, those that have ended included, of the server and of each stream. Safe for many threads; its lock is taken by
 * virtual threads only.
 *
 * <p>A stream has a place of its own while there is one, in the order of their coming; the rest are one sum. All sums grow by what is
 * new since the last look, so that none goes back when a stream gets a place or loses it. A place is free again some minutes after the
 * stream's last session.
 */
final class Ledger {
    static final int PLACES = 200;
    /** No stream has this name: parentheses are not among the characters of one. */
    static final String OTHER = "(other)";

    /** Longer than Prometheus may miss scrapes without losing what came last. */
    static final long KEPT_NS = TimeUnit.MINUTES.toNanos(5);

    /** Hears of a session's first packet once. */
    interface JoinListener {
        void onJoined(ClientSession session, long firstMediaNs);
    }

    /** One stream's. Guarded by the ledger. */
    private static final class Place {
        private final long[] sums = new long[Sum.values().length];
        private long usedNs;
    }

    private final JoinListener joins;
    private final Map<String, SessionFigures> sessions = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();
    private final Place other = new Place();
    private boolean otherUsed;
    private final long[] server = new long[Sum.values().length];

    Ledger(JoinListener joins) {
        this.joins = joins;
    }

    /**
     * The state at one moment. Immutable by convention: its arrays are copies.
     *
     * @param streams by name, {@link #OTHER} among them once a stream had no place
     * @param folded streams without a place now
     */
    record Look(
            long[] server,
            Map<String, long[]> streams,
            Map<String, StreamGauges> gauges,
            int folded,
            List<ClientSession> sessions) {}

    synchronized void onOpened(ClientSession session) {
        sessions.put(session.id(), new SessionFigures(session));
    }

    /** Its statistics are final. */
    synchronized void onEnded(ClientSession session, long nowNs) {
        SessionFigures figures = sessions.remove(session.id());
        if (figures != null) {
            count(figures, session.media().stats(), nowNs);
        }
    }

    /** A client's own word, which has been checked. */
    synchronized void add(String stream, Sum sum, long amount, long nowNs) {
        place(stream, nowNs).sums[sum.ordinal()] += amount;
        server[sum.ordinal()] += amount;
    }

    /** Adds what is new to the sums, and tells who has joined. */
    synchronized Look look(long nowNs) {
        List<Figured> figured = new ArrayList<>(sessions.size());
        Set<String> folded = new HashSet<>();
        for (SessionFigures figures : sessions.values()) {
            SessionStats stats = figures.session().media().stats();
            figured.add(new Figured(figures.session(), stats));
            if (count(figures, stats, nowNs) == other) {
                folded.add(figures.session().stream());
            }
        }
        Map<String, StreamGauges> gauges = new HashMap<>();
        figured.forEach(one -> addTo(gauges, one, folded));
        places.values().removeIf(place -> nowNs - place.usedNs > KEPT_NS);
        return new Look(
                server.clone(),
                copies(),
                gauges,
                folded.size(),
                figured.stream().map(Figured::session).toList());
    }

    private record Figured(ClientSession session, SessionStats stats) {}

    /** A session of a stream that carries nothing yet has no place to be shown in. */
    private void addTo(Map<String, StreamGauges> gauges, Figured one, Set<String> folded) {
        String stream = one.session.stream();
        String shown = places.containsKey(stream) ? stream : OTHER;
        if (shown.equals(OTHER) && !folded.contains(stream)) {
            return;
        }
        StreamGauges of = gauges.computeIfAbsent(shown, name -> new StreamGauges());
        if (SessionFigures.isPublisher(one.session)) {
            of.addPublisher(one.stats);
        } else {
            of.addPlayer(one.stats, one.session.media().delivery());
        }
    }

    private Map<String, long[]> copies() {
        Map<String, long[]> copies = new TreeMap<>();
        places.forEach((name, place) -> copies.put(name, place.sums.clone()));
        if (otherUsed) {
            copies.put(OTHER, other.sums.clone());
        }
        return copies;
    }

    /** Null when there is nothing to count: whoever only tries takes no place. */
    private Place count(SessionFigures figures, SessionStats stats, long nowNs) {
        if (stats.packets() == 0) {
            return null;
        }
        Place place = place(figures.session().stream(), nowNs);
        figures.count(stats, place.sums, server);
        if (figures.takeJoined(stats)) {
            joins.onJoined(figures.session(), stats.firstMediaNs());
        }
        return place;
    }

    private Place place(String stream, long nowNs) {
        Place place = places.get(stream);
        if (place == null && places.size() < PLACES) {
            place = new Place();
            places.put(stream, place);
        }
        Place found = place == null ? other : place;
        found.usedNs = nowNs;
        otherUsed |= found == other;
        return found;
    }
}
