package dev.sluice.signaling.session;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.StreamName;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Whom the server refused lately and why, for the operator; of one source only so many, so that it pushes nobody else out. Safe for many threads. */
public final class RecentRefusals implements SessionDirectory.Listener {
    private static final int MAX = 100;
    static final int MAX_OF_SOURCE = 10;

    /**
     * Immutable.
     *
     * @param at the last time
     * @param count how often in a row
     * @param type {@code publish}, {@code play} or {@code admin}
     * @param stream empty when it was no valid name
     */
    public record Refusal(Instant at, int count, String type, String stream, String code, String title, String source) {

        private boolean isLike(Refusal other) {
            return type.equals(other.type)
                    && stream.equals(other.stream)
                    && code.equals(other.code)
                    && title.equals(other.title)
                    && source.equals(other.source);
        }
    }

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Entry> newestFirst = new ArrayDeque<>();

    /** @param network that counts as one source */
    private record Entry(Refusal refusal, InetAddress network) {}

    public RecentRefusals(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void onOpened(ClientSession session) {}

    @Override
    public void onEnded(ClientSession session, SessionEnd end) {}

    @Override
    public void onRefused(Role role, String stream, Caller caller, Problem problem) {
        add(role == Role.PUBLISH ? "publish" : "play", stream, problem, caller);
    }

    public void add(String type, String stream, Problem problem, Caller caller) {
        Refusal refusal = new Refusal(
                clock.instant(),
                1,
                type,
                StreamName.isValid(stream) ? stream : "",
                problem.code(),
                problem.title(),
                caller.source().getHostAddress());
        InetAddress network = MediaEngine.sourceOf(caller.source());
        lock.lock();
        try {
            Refusal last = newestFirst.isEmpty() ? null : newestFirst.getFirst().refusal;
            if (last != null && last.isLike(refusal)) {
                newestFirst.removeFirst();
                refusal = new Refusal(
                        refusal.at,
                        last.count + 1,
                        refusal.type,
                        refusal.stream,
                        refusal.code,
                        refusal.title,
                        refusal.source);
            } else {
                makeRoom(network);
            }
            newestFirst.addFirst(new Entry(refusal, network));
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom(InetAddress network) {
        int same = 0;
        for (Iterator<Entry> oldestLast = newestFirst.iterator(); oldestLast.hasNext(); ) {
            if (oldestLast.next().network.equals(network) && ++same == MAX_OF_SOURCE) {
                oldestLast.remove();
                return;
            }
        }
        if (newestFirst.size() == MAX) {
            newestFirst.removeLast();
        }
    }

    /** The newest first. */
    public List<Refusal> list() {
        lock.lock();
        try {
            return newestFirst.stream().map(Entry::refusal).toList();
        } finally {
            lock.unlock();
        }
    }
}
