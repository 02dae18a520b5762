package dev.sluice.engine.net;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.peer.Fanout;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerSink;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What a loop does about its TCP connections beside reading and writing them: who owns them, and what becomes of the owner
 * when one is full, free again or gone. Confined to one media loop, {@link #port} excepted.
 */
final class TcpWork {
    private static final long TICK_NS = 1_000_000_000L;

    private final DatagramPort datagrams;
    private final int port;
    private final TcpDoor door;
    private final PeerTable table;
    private final Fanout fanout;
    /** Null before the first connection. */
    private TcpConnections connections;

    private final Queue<Peer> left = new ArrayDeque<>();
    private long nextTickNs;

    /** @param port of the door for this loop's candidates; 0 for none */
    TcpWork(DatagramPort datagrams, int port, TcpDoor door, PeerTable table, Fanout fanout) {
        this.datagrams = datagrams;
        this.port = port;
        this.door = door;
        this.table = table;
        this.fanout = fanout;
    }

    /** The TCP port that candidates name; 0 for none. */
    int port() {
        return port;
    }

    /** Checks with this key of a local user name fragment are for a peer of this loop. */
    void onUfrag(long key, MediaLoop loop) {
        door.add(key, loop);
    }

    void onUfragGone(long key) {
        door.remove(key);
    }

    /** Takes over a connection whose first frame names a peer of this loop. */
    void adopt(SocketChannel channel, byte[] first, long nowNs) {
        if (connections == null) {
            connections = datagrams.tcp();
            nextTickNs = nowNs;
        }
        connections.adopt(channel, first, nowNs);
    }

    /** Once per duty cycle, after the receive: players go on, peers lose an address. */
    void run(long nowNs, PeerSink sink) {
        if (connections == null) {
            return;
        }
        if (nowNs - nextTickNs >= 0) {
            nextTickNs = nowNs + TICK_NS;
            connections.onTick(nowNs);
        }
        for (RemoteAddress at = connections.pollDrained(); at != null; at = connections.pollDrained()) {
            Peer owner = owner(at);
            if (owner != null && owner.player() != null) {
                owner.player().waitForService(owner, sink);
            }
        }
        for (RemoteAddress at = connections.pollLost(); at != null; at = connections.pollLost()) {
            Peer owner = owner(at);
            if (owner != null) {
                table.remove(at, owner);
                owner.onAddressLost(at, nowNs);
            }
        }
    }

    /** A player has left packets. */
    void onLeft(Peer player) {
        left.add(player);
    }

    /** Whether some player has left packets that its connection takes. */
    boolean hasLeft() {
        return !left.isEmpty();
    }

    /** One more run for the players that left packets, as far as one turn's packets go; returns packets sent. */
    int serve(long nowNs, PeerSink sink) {
        int sent = 0;
        for (int players = left.size(); players > 0 && sent < Fanout.RUN_PACKETS; players--) {
            sent += fanout.serve(left.remove(), nowNs, sink);
        }
        return sent;
    }

    private Peer owner(RemoteAddress at) {
        return table.find(at.high(), at.low(), at.port(), at.localIndex());
    }

    /** An authentic check came from there. */
    void onChecked(RemoteAddress address, long nowNs) {
        if (connections != null && address.isTcp()) {
            connections.onChecked(address, nowNs);
        }
    }

    /** No peer owns this address any more. */
    void onAddressGone(RemoteAddress address, long nowNs) {
        if (connections != null && address.isTcp()) {
            connections.release(address, nowNs);
        }
    }

    boolean takes(RemoteAddress to) {
        return connections != null && connections.takes(to);
    }
}
