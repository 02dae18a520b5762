package dev.sluice.engine.net;

import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.peer.Peer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What handshakes want of a loop: their start in turn, and that the loop looks at those that got on. Confined to one media
 * loop, {@link #onProgress} excepted.
 */
final class DtlsWork {
    /** Peers in one duty cycle: a finished handshake makes SRTP contexts, and media must not wait for many of them. */
    private static final int MAX_PEERS = 8;

    private final HandshakeQueue starts;
    /** Each peer at most once, so never more than there are peers. */
    private final Queue<Peer> progressed = new ConcurrentLinkedQueue<>();

    DtlsWork(HandshakeQueue starts) {
        this.starts = starts;
    }

    HandshakeQueue starts() {
        return starts;
    }

    /** This peer's handshake has output or a new state. Safe for many threads. */
    void onProgress(Peer peer) {
        progressed.add(peer);
    }

    boolean isPending() {
        return !progressed.isEmpty();
    }

    /** Looks at some of the peers that got on; returns how many. */
    int run(long nowNs, MediaLoop loop) {
        int done = 0;
        while (done < MAX_PEERS) {
            Peer peer = progressed.poll();
            if (peer == null) {
                break;
            }
            try {
                peer.onDtlsProgress(nowNs, loop);
            } catch (RuntimeException e) {
                loop.onFailure(peer, e);
            }
            done++;
        }
        return done;
    }
}
