package dev.sluice.engine.net;

import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerSink;
import java.util.List;

/**
 * When a loop looks at its peers' timers: at those of publishers at each tick, for their feedback; of all peers at a part, since
 * thousands of players have seconds to wait. Confined to one media loop.
 */
final class PeerTimers {
    /** How exact a publisher's timers are; the shortest of them, transport-cc feedback, wants 50 ms. */
    private static final long TICK_NS = 10_000_000L;
    /** Ticks in which every peer is looked at once: players have nothing shorter than a second. */
    private static final int TICKS_OF_A_ROUND = 10;

    private static final long IDLE_NS = 1_000_000_000L;

    private long nextTickNs;
    private int nextTimed;

    /** The loop begins. */
    void start(long nowNs) {
        nextTickNs = nowNs;
    }

    boolean isDue(long nowNs) {
        return nowNs - nextTickNs >= 0;
    }

    /** A tick, or those that were missed at once. */
    void run(List<Peer> peers, List<Peer> publishers, long nowNs, PeerSink sink) {
        int ticks = (int) Math.min(TICKS_OF_A_ROUND, 1 + (nowNs - nextTickNs) / TICK_NS);
        nextTickNs = nowNs + TICK_NS;
        for (int i = publishers.size() - 1; i >= 0; i--) {
            run(publishers.get(i), nowNs, sink);
        }
        for (int left = (ticks * peers.size() + TICKS_OF_A_ROUND - 1) / TICKS_OF_A_ROUND; left > 0; left--) {
            nextTimed = nextTimed > 0 ? Math.min(nextTimed, peers.size()) - 1 : peers.size() - 1;
            if (nextTimed >= 0) {
                run(peers.get(nextTimed), nowNs, sink);
            }
        }
    }

    private static void run(Peer peer, long nowNs, PeerSink sink) {
        try {
            if (nowNs - peer.deadlineNs(nowNs) >= 0) {
                peer.onTimeout(nowNs, sink);
            }
        } catch (RuntimeException e) {
            sink.onFailure(peer, e);
        }
    }

    /** @param playersOnly whether players' timers alone have to be looked at: a round of them at a time, then */
    static long sleepNs(boolean noPeers, boolean playersOnly) {
        long leastNs = noPeers ? IDLE_NS : TICK_NS;
        return playersOnly ? Math.max(leastNs, TICKS_OF_A_ROUND * TICK_NS) : leastNs;
    }
}
