package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.lang.foreign.MemorySegment;

/**
 * Where a peer's output goes: datagrams, counts and state changes. An argument of every call, never stored. Confined
 * to one media loop.
 */
public interface PeerSink {

    /** The batch, with room for this many datagrams of the largest size: it is flushed first when it has less. */
    EgressBatch egress(int datagrams);

    /** Of {@link #startRun}: the socket takes no more. */
    long FULL = Long.MIN_VALUE;

    /**
     * Another player's packets come next: what waits may be sent now, so that no player's run is cut in two when the batch
     * is full.
     *
     * @return the time, which has gone on when something was sent: a thousand packets take two milliseconds, and who measures a
     *     player's way by the time its packets left must not take these for a queue. {@link #FULL} while the socket takes no more
     */
    long startRun(long nowNs);

    /**
     * The batch for media, with room for a datagram of the largest size; null while the socket takes no more. What is not
     * written stays in the log for a later run; {@link #egress} is then for small answers only, and lets them go when the
     * batch is full.
     */
    EgressBatch mediaEgress();

    /** Whether the TCP connection to this address is open and nothing waits for its socket. */
    default boolean takes(RemoteAddress to) {
        return true;
    }

    /** A player over TCP has left packets that it could send: it is to be served with the next turn. */
    default void onLeft(Peer player) {}

    /** A timer changed which layer this player is sent. */
    default void onLayerChanged(Peer player) {}

    /** How long what came in the last seconds may have waited for us, at most: so much of a round trip is our own. */
    default long lateNs() {
        return 0;
    }

    /** Up to where a player may read a log. */
    default long readTo(PublishedTrack track, boolean wholeFrames) {
        return wholeFrames ? track.released() : track.log().position();
    }

    /** A packet stands there that is encrypted next: for who records the peer. */
    default void onClear(MemorySegment segment, long at, int lengthBytes, boolean rtcp) {}

    /** A packet with this number is sent again as it was, encrypted as it is: for who records the peer. */
    default void onRepeated(int sequence) {}

    LoopCounters counters();

    /** A check from this address was authenticated: datagrams from there are this peer's. */
    void onAddress(Peer peer, RemoteAddress address);

    /** This address is the peer's no longer. */
    void onAddressGone(Peer peer, RemoteAddress address);

    /** Requests with this key of a local user name fragment are for this peer. */
    void onUfrag(Peer peer, long key);

    /** This key is answered no longer. */
    void onUfragGone(long key);

    /** Counts one drop. */
    void drop(DropReason reason);

    /** ICE and DTLS are up: media may flow. */
    void onConnected(Peer peer);

    /** The publisher has sent nothing for as long as it may, or sends again. */
    void onSilence(Peer peer, boolean silent);

    /** A new SSRC took over a track: the peer has a new publication. */
    void onRepublished(Peer peer);

    /** A programming error showed in this peer's code: the peer is to be ended, the others go on. */
    void onFailure(Peer peer, RuntimeException error);

    /** The peer has ended; its last datagrams are in the batch. */
    void onEnded(Peer peer, PeerEnd end);
}
