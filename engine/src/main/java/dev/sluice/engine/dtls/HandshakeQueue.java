package dev.sluice.engine.dtls;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * Where complete ClientHellos wait for their turn, so that a storm of joins takes no more of a core than {@link
 * #STARTS_PER_SECOND} handshakes do. Confined to one media loop, like the endpoints that share it.
 *
 * <p>Waiting beats dropping: a client repeats its hello after 50 or 200 ms and doubles that each time, so a dropped one may
 * come back seconds after there is room, and which of many comes in is chance. Who waits here is served in turn.
 *
 * <p>Each handshake may take ten seconds, but {@link #PATIENCE_NS} only while the server is short of them: else clients that
 * send a hello and then nothing would keep all others out.
 */
public final class HandshakeQueue {
    /**
     * Of one core: 500 handshakes of 0.35 to 0.4 ms, 0.55 without libcrypto, are a fifth to a quarter of it, and let 5,000
     * clients in within ten seconds.
     */
    public static final int STARTS_PER_SECOND = 500;

    /** How long a hello may wait; a queue that would take longer is full. */
    public static final long MAX_WAIT_NS = 20_000_000_000L;

    /** A client that misses two of our flights has had its third by then. */
    static final long PATIENCE_NS = 3_000_000_000L;

    /** Started at once after a pause: a timer's tick at full rate needs five, and a few clients should not wait for it. */
    private static final int BURST = 8;

    private static final long SECOND_NS = 1_000_000_000L;

    private final long intervalNs;
    private final int capacity;
    private final SequencedSet<ServerEndpoint> waiting = new LinkedHashSet<>();
    /** Oldest first; those that are done go when all before them are. */
    private final SequencedSet<ServerEndpoint> running = new LinkedHashSet<>();
    /** When the next start would be due if all starts were evenly spaced. */
    private long nextNs;

    private boolean started;

    public HandshakeQueue(int startsPerSecond) {
        intervalNs = SECOND_NS / startsPerSecond;
        capacity = (int) (MAX_WAIT_NS / intervalNs);
    }

    /** How many wait. */
    public int size() {
        return waiting.size();
    }

    /** False when full. */
    boolean offer(ServerEndpoint endpoint) {
        if (waiting.size() >= capacity) {
            return false;
        }
        waiting.add(endpoint);
        return true;
    }

    /** The owner closed it. */
    void remove(ServerEndpoint endpoint) {
        waiting.remove(endpoint);
        running.remove(endpoint);
    }

    /** Starts those whose turn it is. To be called at each tick of the owner's timers. */
    public void run(long nowNs) {
        giveUpSlow(nowNs);
        while (!waiting.isEmpty() && isDue(nowNs)) {
            ServerEndpoint first = waiting.removeFirst();
            if (!first.begin(nowNs)) {
                waiting.addFirst(first);
                return;
            }
            running.addLast(first);
            nextNs = started && nextNs - nowNs > 0 ? nextNs + intervalNs : nowNs + intervalNs;
            started = true;
        }
    }

    private void giveUpSlow(long nowNs) {
        while (!running.isEmpty()) {
            ServerEndpoint oldest = running.getFirst();
            if (oldest.isHandshaking() && !oldest.giveUp(nowNs)) {
                return;
            }
            running.removeFirst();
        }
    }

    private boolean isDue(long nowNs) {
        return !started || nowNs - nextNs + (BURST - 1) * intervalNs >= 0;
    }
}
