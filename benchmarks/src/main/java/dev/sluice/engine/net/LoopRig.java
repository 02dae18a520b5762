package dev.sluice.engine.net;

import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.Publisher;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A media loop on the caller's thread, in virtual time, between a publisher of VP8 and its players: everything of the
 * packet's way but sockets and sleep. Stands in this package because loops are made and stepped here only. Confined to one thread.
 */
public final class LoopRig implements AutoCloseable {
    /** Packets that {@link #seal} makes. */
    public static final int BATCH = IngressBatch.CAPACITY;

    /** 2.4 Mbit/s of full packets. */
    private static final long PACKET_INTERVAL_NS = 4_000_000L;
    /** Sixteen packets are one frame. */
    private static final int FRAME_PACKETS = 16;

    private final MemoryPort port = new MemoryPort();
    private final RigLoop loop;
    private final PacketSource source;
    private final int players;
    private long nowNs = 1_000_000_000_000L;

    /**
     * Connects everybody and sends a key frame.
     *
     * @param checks makes the check that a remote sends, from our ufrag and password
     * @param extensions ids of the publisher and of the players
     * @param packets of the publisher, without sequence number and timestamp: the start of a key frame, then one like all
     *     that follow
     */
    public LoopRig(
            SrtpProvider srtp,
            SrtpProfile profile,
            int players,
            BiFunction<String, String, byte[]> checks,
            HeaderExtensions extensions,
            List<byte[]> packets) {
        this.players = players;
        loop = new RigLoop(port, srtp, profile, checks, nowNs);
        LiveStream stream = new LiveStream("s");
        Publisher publisher = loop.addPublisher(stream, extensions, address(0), 0);
        for (int i = 0; i < players; i++) {
            loop.addPlayer(stream, extensions, playerSsrc(i), address(i + 1), i + 1);
        }
        loop.connect();
        stream.publish(publisher.publication());
        // Players begin at the end of the log: they must be there before the key frame is.
        loop.cycle(nowNs);
        source = new PacketSource(srtp, profile, 0, FRAME_PACKETS, packets);
        source.seal(FRAME_PACKETS);
        source.putInto(loop, 0, FRAME_PACKETS, address(0));
        cycle(FRAME_PACKETS);
    }

    private static RemoteAddress address(int number) {
        return new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001 + number), 40_000 + number, 0);
    }

    /** One duty cycle, that many packets' time later. */
    private void cycle(int packets) {
        nowNs += packets * PACKET_INTERVAL_NS;
        loop.cycle(nowNs);
    }

    /** Protects the publisher's next packets, and lets everybody's consent be renewed when it is time. */
    public void seal() {
        if (loop.wantsChecks(nowNs)) {
            loop.sendChecks();
        }
        source.seal(BATCH);
    }

    /**
     * Lets the loop receive and forward all that {@link #seal} made.
     *
     * @param burst datagrams that wait at the beginning of each duty cycle
     * @return datagrams that the loop sent, reports included
     */
    public long forward(int burst) {
        long before = port.sent();
        for (int i = 0; i < BATCH; i += burst) {
            int waiting = Math.min(burst, BATCH - i);
            source.putInto(loop, i, waiting, address(0));
            cycle(waiting);
        }
        return port.sent() - before;
    }

    /** RTP packets sent to players since the start. */
    public long forwarded() {
        return loop.forwarded();
    }

    /** Packets that the publisher made since the start. */
    public long published() {
        return source.sealed();
    }

    /** Takes what players get, decrypted by nobody yet; null lets it go. For tests. */
    void receiver(MemoryPort.Receiver receiver) {
        port.receiver(receiver);
    }

    /** Lets the port take so many datagrams more, then be full. For tests. */
    void room(int datagrams) {
        port.room(datagrams);
    }

    static long playerSsrc(int index) {
        return 5_000L + index;
    }

    /** Fails when a packet was lost or an error was hidden. */
    public void requireAllForwarded() {
        loop.requireForwarded(published() * players);
    }

    /** Ends all peers on this thread, whose keys they hold, then the loop on its own. */
    @Override
    public void close() {
        source.close();
        loop.close();
    }
}
