package dev.sluice.signaling.drain;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.config.OtherServer;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the server before it stops. New sessions are turned away. Where there is another server, clients are asked to go there:
 * publishers first, a stream's players when its publisher is there, or at half time where it did not go. It is over when the last
 * client has gone or time is up. Safe for many threads.
 */
public final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** 500 a second: as many handshakes start on one loop of the other server. */
    private static final int ASKED_PER_TICK = 25;

    /** What is going on. */
    public enum State {
        NONE,
        DRAINING,
        OVER
    }

    /**
     * How far it is.
     *
     * @param to null without another server
     */
    public record Progress(State state, OtherServer to, long secondsLeft, int publishers, int players) {}

    /** So long before the end sessions that are left are closed where they may be sent on: who asks again hears where to go. */
    private static final long LAST_CALL_NS = TimeUnit.SECONDS.toNanos(5);

    private record Order(OtherServer to, long halfNs, long lastCallNs, long endNs) {
        static Order of(OtherServer to, Duration time) {
            long nowNs = System.nanoTime();
            long timeNs = time.toNanos();
            long lastCallNs = to == null ? timeNs : timeNs - Math.min(LAST_CALL_NS, timeNs / 4);
            return new Order(to, nowNs + timeNs / 2, nowNs + lastCallNs, nowNs + timeNs);
        }
    }

    private final SessionDirectory sessions;
    private final Predicate<OtherServer> ourselves;
    /** The clients that can be asked, and whether they were. */
    private final Map<MovableClient, Boolean> clients = new ConcurrentHashMap<>();

    private final Set<String> movedStreams = new HashSet<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile Order order;
    /** Decided under the lock, which {@link #over} is completed without: what waits for it stops the server. */
    private volatile boolean ended;

    /** @param ourselves whether clients that go there come back here; may block */
    public Drain(SessionDirectory sessions, Predicate<OtherServer> ourselves) {
        this.sessions = sessions;
        this.ourselves = ourselves;
    }

    /** Whether it is no other server at all. May block. */
    public boolean isOurselves(OtherServer to) {
        return ourselves.test(to);
    }

    /**
     * Begins, or goes on with another server or another time.
     *
     * @param to null: clients are told nothing and stay until time is up
     * @param answered who asked for it has been answered; it is not over before
     */
    public void begin(OtherServer to, Duration time, CompletionStage<?> answered) {
        Order next = Order.of(to, time);
        synchronized (this) {
            if (ended) {
                return;
            }
            replace(next);
        }
        start(next, time, answered);
    }

    /** Under the lock. */
    private void replace(Order next) {
        if (order == null || !Objects.equals(order.to, next.to)) {
            movedStreams.clear();
            clients.replaceAll((client, asked) -> false);
        }
        order = next;
    }

    private void start(Order mine, Duration time, CompletionStage<?> answered) {
        LOG.info("event=drain_began seconds={} to={} sessions={}", time.toSeconds(), mine.to, sessions.size());
        Thread.ofVirtual().name("drain").start(() -> run(mine, answered.toCompletableFuture()));
    }

    /**
     * The server was told to stop: begins, or leaves the drain that is on this long at most, with the server that it goes to.
     *
     * <p>May block: the other server's name is looked up first, for whatever is ordered meanwhile counts.
     *
     * @return how long it may take
     */
    public Duration hurry(OtherServer to, Duration time) {
        OtherServer other = other(to);
        Order next;
        synchronized (this) {
            long timeNs = time.toNanos();
            long leftNs = order == null ? timeNs : order.endNs - System.nanoTime();
            if (ended || leftNs < timeNs) {
                return Duration.ofNanos(Math.clamp(leftNs, 0, timeNs));
            }
            next = Order.of(order == null ? other : order.to, time);
            replace(next);
        }
        start(next, time, CompletableFuture.completedFuture(null));
        return time;
    }

    private OtherServer other(OtherServer to) {
        if (to != null && isOurselves(to)) {
            LOG.warn("event=drain_to_ignored to={} reason=\"the address is this server's own\"", to);
            return null;
        }
        return to;
    }

    private void run(Order mine, CompletableFuture<?> answered) {
        while (true) {
            long nowNs = System.nanoTime();
            synchronized (this) {
                if (order != mine) {
                    return;
                }
                ask(mine, nowNs);
                boolean lastCall = mine.to != null && nowNs - mine.lastCallNs >= 0;
                if (lastCall) {
                    sessions.all().forEach(session -> session.media().close(SessionEnd.SERVER_STOPPING));
                }
                boolean empty = !lastCall && clients.isEmpty() && sessions.size() == 0;
                if (answered.isDone() && (empty || nowNs - mine.endNs >= 0)) {
                    ended = true;
                    break;
                }
            }
            LockSupport.parkNanos(TICK_NS);
        }
        LOG.info("event=drain_over sessions={}", sessions.size());
        over.complete(null);
    }

    private void ask(Order now, long nowNs) {
        Set<String> notYet = new HashSet<>();
        if (now.to != null && nowNs - now.halfNs < 0) {
            sessions.all().stream()
                    .filter(session -> session.role() == Role.PUBLISH && !movedStreams.contains(session.stream()))
                    .forEach(session -> notYet.add(session.stream()));
        }
        int asked = 0;
        for (Map.Entry<MovableClient, Boolean> entry : clients.entrySet()) {
            MovableClient client = entry.getKey();
            boolean due = client.isPublisher() || !notYet.contains(client.stream());
            if (due && !entry.getValue() && asked < ASKED_PER_TICK) {
                asked++;
                // Not put: it may have gone meanwhile.
                clients.replace(client, true);
                client.onMove(target(now, client.caller()));
            }
        }
    }

    /** Who came by TLS is not sent where there is none: secrets are in its URL. */
    private static OtherServer target(Order order, Caller caller) {
        boolean fits =
                order.to != null && (order.to.isSecure() || !caller.scheme().equals("https"));
        return fits ? order.to : null;
    }

    /** Takes new sessions again; those that have not gone yet stay. Nothing happens when it is over or was not on. */
    public void cancel() {
        synchronized (this) {
            if (order == null || ended) {
                return;
            }
            order = null;
            clients.forEach((client, asked) -> {
                if (asked) {
                    client.onStay();
                }
            });
            clients.replaceAll((client, asked) -> false);
        }
        LOG.info("event=drain_cancelled sessions={}", sessions.size());
    }

    /** A client that can be asked from now on. */
    public void add(MovableClient client) {
        clients.put(client, false);
    }

    public void remove(MovableClient client) {
        clients.remove(client);
    }

    /** The stream is published to the other server. */
    public synchronized void onPublisherMoved(String stream) {
        if (order != null) {
            movedStreams.add(stream);
        }
    }

    /** Whether new sessions are turned away. */
    public boolean isOn() {
        return order != null;
    }

    /** Where a newcomer is sent. */
    public Optional<OtherServer> elsewhere(Caller caller) {
        Order now = order;
        return now == null ? Optional.empty() : Optional.ofNullable(target(now, caller));
    }

    /** Completes when the server may stop. */
    public CompletionStage<Void> over() {
        return over;
    }

    public Progress progress() {
        Order now = order;
        State state = ended ? State.OVER : now == null ? State.NONE : State.DRAINING;
        int publishers = (int) sessions.all().stream()
                .filter(session -> session.role() == Role.PUBLISH)
                .count();
        long leftNs = now == null ? 0 : Math.max(0, now.endNs - System.nanoTime());
        return new Progress(
                state,
                now == null ? null : now.to,
                TimeUnit.NANOSECONDS.toSeconds(leftNs),
                publishers,
                Math.max(0, sessions.size() - publishers));
    }
}
