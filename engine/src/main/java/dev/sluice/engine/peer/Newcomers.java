package dev.sluice.engine.peer;

import java.util.ArrayList;
import java.util.List;

/**
 * The players of one loop that catch up with their stream, out of the log: they get their turn after the players at live, a
 * few packets each, so that a hundred who come at once delay nobody. Confined to one media loop.
 */
final class Newcomers {
    /** Between two turns of a player: at the fastest rate a dozen packets, which leave as one or two messages. */
    static final long STEP_NS = 4_000_000L;
    /** Packets of one run, before the socket is read and the others get theirs: 150 µs. */
    private static final int RUN_PACKETS = 128;

    private final List<Peer> players = new ArrayList<>();
    private int next;
    private boolean due;
    private long dueNs;

    void add(Peer peer) {
        players.add(peer);
        due = true;
    }

    boolean remove(Peer peer) {
        int index = players.indexOf(peer);
        if (index < 0) {
            return false;
        }
        players.remove(index);
        if (index < next) {
            next--;
        }
        return true;
    }

    /** Nanoseconds until somebody's turn has come; {@link Long#MAX_VALUE} while there is nobody. */
    long leftNs(long nowNs) {
        if (players.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return due ? 0 : dueNs - nowNs;
    }

    /**
     * Gives those their turn that have not had it in this round.
     *
     * @param arrived takes those that are at live now, or wait for a key frame there
     * @return packets sent
     */
    int run(long nowNs, PeerSink sink, List<Peer> arrived) {
        if (leftNs(nowNs) > 0) {
            return 0;
        }
        due = true;
        int sent = 0;
        while (next < players.size() && sent < RUN_PACKETS) {
            long runNs = sink.startRun(nowNs);
            if (runNs == PeerSink.FULL) {
                break;
            }
            Peer peer = players.get(next++);
            try {
                sent += run(peer, runNs, sink);
                if (!peer.player().isCatchingUp()) {
                    arrived.add(peer);
                }
            } catch (RuntimeException e) {
                sink.onFailure(peer, e);
            }
        }
        if (next >= players.size()) {
            next = 0;
            due = false;
            dueNs = nowNs + STEP_NS;
        }
        return sent;
    }

    private static int run(Peer peer, long nowNs, PeerSink sink) {
        Publication publication = peer.player().stream().publication();
        return publication == null
                ? 0
                : peer.player().run(publication, peer.player().takesWholeFrames(nowNs), peer, nowNs, sink);
    }
}
