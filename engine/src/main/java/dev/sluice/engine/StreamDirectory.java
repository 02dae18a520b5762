package dev.sluice.engine;

import dev.sluice.engine.MediaEngine.StreamState;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which streams are live, who publishes and who plays them: takeover, grace time, the end. Safe for many threads; one
 * lock, never held by a media loop.
 *
 * <pre>
 * (none) --publisher connects--> active --publisher ends or is silent--> waiting --grace over--> (none), players end
 *                                  ^------publisher (the same or another) is there again-----'
 * </pre>
 */
final class StreamDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(StreamDirectory.class);

    private final Duration grace;
    private final ScheduledExecutorService timer;
    private final Map<String, Entry> streams = new HashMap<>();
    private final List<StreamEventWatch> eventWatches = new ArrayList<>();
    /** By watches that have ended. */
    private long eventsDropped;

    private boolean stopping;

    /** @param timer runs the ends of grace times */
    StreamDirectory(Duration grace, ScheduledExecutorService timer) {
        this.grace = grace;
        this.timer = timer;
    }

    private static final class Entry {
        private final LiveStream live;
        private final Set<Session> players = new HashSet<>();
        private final Set<Session> candidates = new HashSet<>();
        private final List<StateWatch> watches = new ArrayList<>();
        private Session publisher;
        private boolean active;
        private ScheduledFuture<?> graceEnd;
        private long liveSinceEpochMs;

        Entry(String name) {
            live = new LiveStream(name);
        }

        boolean isUnused() {
            return publisher == null
                    && graceEnd == null
                    && players.isEmpty()
                    && candidates.isEmpty()
                    && watches.isEmpty();
        }

        /** A stream that waits for its publisher's return is not gone yet. */
        StreamState state() {
            return new StreamState(active || graceEnd != null, players.size());
        }

        void tellWatches() {
            StreamState state = state();
            watches.forEach(watch -> watch.onState(state));
        }
    }

    private Entry entry(String name) {
        return streams.computeIfAbsent(name, Entry::new);
    }

    private void forgetIfUnused(String name, Entry entry) {
        if (entry.isUnused()) {
            streams.remove(name, entry);
        }
    }

    /** A publisher's offer came; it takes the stream over once it is connected. */
    synchronized LiveStream addCandidate(Session session) {
        Entry entry = entry(session.stream());
        entry.candidates.add(session);
        return entry.live;
    }

    /** Takes a player in; null when the stream is not live any more. */
    synchronized LiveStream addPlayer(Session session) {
        Entry entry = streams.get(session.stream());
        if (entry == null || !entry.active) {
            return null;
        }
        entry.players.add(session);
        entry.tellWatches();
        return entry.live;
    }

    /** A publisher's media is up: it has the stream from now on; the one before is told. */
    synchronized void onPublisherConnected(Session session) {
        Entry entry = streams.get(session.stream());
        if (entry == null || !entry.candidates.remove(session)) {
            return;
        }
        Session before = entry.publisher;
        entry.publisher = session;
        if (before != null) {
            tell(entry, StreamEvent.Kind.TAKEN_OVER, "taken_over");
            before.close(SessionEnd.REPLACED);
        }
        if (!entry.active && entry.graceEnd == null) {
            entry.liveSinceEpochMs = System.currentTimeMillis();
        }
        publish(entry, session);
        activate(entry);
    }

    /** The connected publisher has another publication: changed tracks, or a new SSRC. */
    synchronized void onRepublished(Session session) {
        Entry entry = streams.get(session.stream());
        if (entry != null && entry.publisher == session) {
            publish(entry, session);
        }
    }

    private static void publish(Entry entry, Session session) {
        Publication publication = session.publication();
        entry.live.publish(publication);
        for (Session player : List.copyOf(entry.players)) {
            player.follow(publication);
        }
    }

    private void activate(Entry entry) {
        boolean waited = entry.graceEnd != null;
        if (waited) {
            entry.graceEnd.cancel(false);
            entry.graceEnd = null;
        }
        if (!entry.active) {
            entry.active = true;
            tell(entry, waited ? StreamEvent.Kind.RESUMED : StreamEvent.Kind.LIVE, "live");
            entry.tellWatches();
        }
    }

    /** @param logged its name in the log */
    private void tell(Entry entry, StreamEvent.Kind kind, String logged) {
        LOG.info("stream={} event={} players={}", entry.live.name(), logged, entry.players.size());
        StreamEvent event = new StreamEvent(kind, entry.live.name(), entry.players.size(), System.currentTimeMillis());
        eventWatches.forEach(watch -> watch.onEvent(event));
    }

    /** The connected publisher sends nothing, or sends again. */
    synchronized void onSilence(Session session, boolean silent) {
        Entry entry = streams.get(session.stream());
        if (entry == null || entry.publisher != session) {
            return;
        }
        if (silent) {
            startGrace(entry, session);
        } else {
            activate(entry);
        }
    }

    /** A session of either kind has ended. */
    synchronized void onEnded(Session session) {
        Entry entry = streams.get(session.stream());
        if (entry == null) {
            return;
        }
        entry.candidates.remove(session);
        if (entry.players.remove(session)) {
            entry.tellWatches();
        }
        if (entry.publisher == session) {
            entry.publisher = null;
            startGrace(entry, session);
        }
        forgetIfUnused(session.stream(), entry);
    }

    /** Who has the stream now, or null. */
    synchronized Session publisher(String name) {
        Entry entry = streams.get(name);
        return entry == null ? null : entry.publisher;
    }

    private void startGrace(Entry entry, Session publisher) {
        if (!entry.active) {
            return;
        }
        entry.active = false;
        if (stopping) {
            tell(entry, StreamEvent.Kind.ENDED, "ended");
            return;
        }
        tell(entry, StreamEvent.Kind.WAITING, "waiting");
        Duration wait = publisher.grace() == null ? grace : publisher.grace();
        entry.graceEnd = timer.schedule(() -> endGrace(entry), wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The engine is about to end all sessions: nobody waits for a publisher any more. */
    synchronized void stop() {
        stopping = true;
        for (Entry entry : streams.values()) {
            if (entry.graceEnd != null) {
                entry.graceEnd.cancel(false);
                entry.graceEnd = null;
                tell(entry, StreamEvent.Kind.ENDED, "ended");
            }
        }
    }

    private synchronized void endGrace(Entry entry) {
        if (entry.active || entry.graceEnd == null) {
            return;
        }
        entry.graceEnd = null;
        tell(entry, StreamEvent.Kind.ENDED, "ended");
        entry.tellWatches();
        for (Session player : List.copyOf(entry.players)) {
            player.close(SessionEnd.STREAM_ENDED);
        }
        forgetIfUnused(entry.live.name(), entry);
    }

    synchronized List<StreamInfo> list() {
        List<StreamInfo> list = new ArrayList<>();
        for (Entry entry : new TreeMap<>(streams).values()) {
            if (isListed(entry)) {
                list.add(info(entry));
            }
        }
        return list;
    }

    /** Null when the stream is neither live nor waiting for its publisher. */
    synchronized StreamInfo info(String name) {
        Entry entry = streams.get(name);
        return entry == null || !isListed(entry) ? null : info(entry);
    }

    private static boolean isListed(Entry entry) {
        return entry.active || entry.graceEnd != null;
    }

    private static StreamInfo info(Entry entry) {
        List<StreamInfo.Track> tracks = VideoQualities.tracks(entry.live.publication());
        return new StreamInfo(entry.live.name(), entry.active, tracks, entry.players.size(), entry.liveSinceEpochMs);
    }

    synchronized Runnable watch(String name, Consumer<StreamState> listener) {
        Entry entry = entry(name);
        StateWatch watch = new StateWatch(listener);
        entry.watches.add(watch);
        watch.onState(entry.state());
        return () -> endWatch(name, entry, watch);
    }

    private synchronized void endWatch(String name, Entry entry, StateWatch watch) {
        watch.end();
        entry.watches.remove(watch);
        forgetIfUnused(name, entry);
    }

    synchronized Runnable watchEvents(Consumer<StreamEvent> listener) {
        StreamEventWatch watch = new StreamEventWatch(listener);
        eventWatches.add(watch);
        return () -> endWatch(watch);
    }

    private synchronized void endWatch(StreamEventWatch watch) {
        if (eventWatches.remove(watch)) {
            watch.end();
            eventsDropped += watch.dropped();
        }
    }

    /** Changes that no listener took in time. */
    synchronized long eventsDropped() {
        return eventsDropped
                + eventWatches.stream().mapToLong(StreamEventWatch::dropped).sum();
    }
}
