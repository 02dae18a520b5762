package dev.sluice.engine.dtls;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where complete ClientHellos wait for their turn, so that a storm of joins takes no more of a core than {@link
 * #STARTS_PER_SECOND} handshakes do. Confined to one media loop, like the endpoints that share it.
 *
 * <p>Waiting beats dropping: a client repeats its hello after 50 or 200 ms and doubles that each time, so a dropped one may
 * come back seconds after there is room, and which of many comes in is chance. Who waits here is served in turn.
 */
public final class HandshakeQueue {
    /**
     * Of one core: 500 handshakes of 0.35 to 0.4 ms, 0.55 without libcrypto, are a fifth to a quarter of it, and let 5,000
     * clients in within ten seconds.
     */
    public static final int STARTS_PER_SECOND = 500;

    /** How long a hello may wait; a queue that would take longer is full. */
    public static final long MAX_WAIT_NS = 20_000_000_000L;

    /** Started at once after a pause: a timer's tick at full rate needs five, and a few clients should not wait for it. */
    private static final int BURST = 8;

    private static final long SECOND_NS = 1_000_000_000L;

    private final long intervalNs;
    private final int capacity;
    private final Deque<ServerEndpoint> waiting = new ArrayDeque<>();
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

    /** Starts those whose turn it is. To be called at each tick of the owner's timers while {@link #size} is not 0. */
    public void run(long nowNs) {
        while (!waiting.isEmpty()) {
            ServerEndpoint first = waiting.peek();
            if (first.isQueued()) {
                if (!isDue(nowNs) || !first.begin(nowNs)) {
                    return;
                }
                nextNs = started && nextNs - nowNs > 0 ? nextNs + intervalNs : nowNs + intervalNs;
                started = true;
            }
            waiting.poll();
        }
    }

    private boolean isDue(long nowNs) {
        return !started || nowNs - nextNs + (BURST - 1) * intervalNs >= 0;
    }
}
