package dev.sluice.engine.net;

import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerSink;
import dev.sluice.engine.stun.Stun;
import java.lang.foreign.Arena;

/** What came with one receive of a loop's port, and the way of each datagram to its peer. Confined to one media loop. */
final class Inbox {
    private final DatagramPort port;
    private final PeerTable table;
    private final PublisherWork publishers;
    private final LoopCounters counters;
    private final IngressBatch ingress;

    Inbox(DatagramPort port, PeerTable table, PublisherWork publishers, LoopCounters counters, Arena arena) {
        this.port = port;
        this.table = table;
        this.publishers = publishers;
        this.counters = counters;
        this.ingress = new IngressBatch(arena);
    }

    /** Takes what the socket has, a batch at most. Returns how many datagrams; {@link IngressBatch#CAPACITY} when there may be more. */
    int receive() {
        ingress.clear();
        return port.receive(ingress, counters);
    }

    /** Brings what was received to its peers. */
    void dispatch(int received, long nowNs, PeerSink sink) {
        long bytes = 0;
        for (int i = 0; i < received; i++) {
            bytes += ingress.length(i);
            dispatchOne(i, nowNs, sink);
        }
        // After the work: who reads that they came in also finds what became of them.
        counters.add(Counter.DATAGRAMS_IN, received);
        counters.add(Counter.BYTES_IN, bytes);
    }

    private void dispatchOne(int index, long nowNs, PeerSink sink) {
        long offset = ingress.offset(index);
        int length = ingress.length(index);
        if (length == 0) {
            sink.drop(DropReason.EMPTY_DATAGRAM);
            return;
        }
        Peer peer;
        if (Stun.isStun(ingress.segment(), offset, length)) {
            long key = Stun.localUfragKey(ingress.segment(), offset, length);
            peer = key == -1 ? null : table.findByUfrag(key);
            if (peer == null) {
                sink.drop(key == -1 ? DropReason.STUN_NOT_A_REQUEST : DropReason.STUN_UNKNOWN_USER);
                return;
            }
        } else {
            peer = table.find(ingress.high(index), ingress.low(index), ingress.port(index), ingress.localIndex(index));
            if (peer == null) {
                sink.drop(DropReason.UNKNOWN_SOURCE);
                return;
            }
        }
        try {
            int result = peer.onDatagram(
                    ingress.segment(),
                    offset,
                    length,
                    ingress.high(index),
                    ingress.low(index),
                    ingress.port(index),
                    ingress.localIndex(index),
                    nowNs,
                    sink);
            if (result < 0) {
                sink.drop(DropReason.ofCode(result));
            }
            if (peer.publisher() != null) {
                publishers.onInput(peer);
            }
        } catch (RuntimeException e) {
            sink.onFailure(peer, e);
        }
    }
}
