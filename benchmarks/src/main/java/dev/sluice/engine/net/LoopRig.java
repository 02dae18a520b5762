package dev.sluice.engine.net;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DistinctErrorLog;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.LogMemory;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerEnd;
import dev.sluice.engine.peer.Player;
import dev.sluice.engine.peer.Publisher;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PlayTrack;
import dev.sluice.engine.sdp.PublishTrack;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    private static final long CHECK_INTERVAL_NS = 5_000_000_000L;
    private static final int PAYLOAD_TYPE = 96;
    private static final CodecFormat VP8 = new CodecFormat(MediaKind.VIDEO, "VP8", 90_000, 0, "");
    private static final byte[] CNAME = "sluice".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DTLS = {22, 0, 0};

    /** A remote as the loop sees it, and its next check. */
    private record Remote(Peer peer, RemoteAddress address, MemorySegment check) {}

    private long nowNs = 1_000_000_000_000L;
    private final Arena arena = Arena.ofConfined();
    private final MemoryPort port = new MemoryPort();
    private final DistinctErrorLog errors = new DistinctErrorLog(InstantSource.system());
    private final MediaLoop loop = new MediaLoop(
            0, port, () -> nowNs, new NoEvents(), errors, new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND));
    private final LiveStream stream = new LiveStream("s");
    private final List<Remote> remotes = new ArrayList<>();
    private final SrtpProvider srtp;
    private final SrtpProfile profile;
    private final HeaderExtensions extensions;
    private final SrtpContext sealer;
    private final MemorySegment sealed = arena.allocate((long) BATCH * IngressBatch.SLOT_BYTES, 64);
    private final MemorySegment template;
    private int sealedBytes;
    private int sequence;
    private long lastChecksNs;

    /**
     * Connects everybody and sends the start of a key frame.
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
        this.srtp = srtp;
        this.profile = profile;
        this.extensions = extensions;
        SrtpKeys keys = TestKeys.of(profile, 0);
        sealer = srtp.open(profile, keys.remoteKey(), keys.remoteSalt(), true);
        Publisher publisher = publisher();
        add(publisher, null, checks);
        for (int i = 0; i < players; i++) {
            add(null, player(i), checks);
        }
        connect();
        stream.publish(publisher.publication());
        // Players begin at the end of the log: they must be there before the key frame is.
        cycle(0);
        template = arena.allocate(IngressBatch.SLOT_BYTES, 64);
        for (byte[] packet : packets) {
            MemorySegment.copy(packet, 0, template, ValueLayout.JAVA_BYTE, 0, packet.length);
            sealedBytes = packet.length;
            putSealed(seal(0));
            cycle(1);
        }
        sealedBytes = packets.getLast().length;
    }

    private Publisher publisher() {
        PublishTrack track = new PublishTrack(
                MediaKind.VIDEO, "0", VP8, PAYLOAD_TYPE, -1, List.of(), extensions, true, true, true, false);
        return new Publisher(stream, List.of(track), LogMemory.defaults(), loop, 99, CNAME, nowNs);
    }

    private Player player(int index) {
        Player player = new Player(stream, CNAME, new NtpTime(1_700_000_000_000_000_000L, nowNs), new Random(index));
        player.configure(
                List.of(new PlayTrack(
                        MediaKind.VIDEO, "0", VP8, PAYLOAD_TYPE, -1, playerSsrc(index), extensions, true, true)),
                true);
        return player;
    }

    private void add(Publisher publisher, Player player, BiFunction<String, String, byte[]> checks) {
        int number = remotes.size();
        IceCredentials local = IceCredentials.generate(new Random(number));
        TestKeys dtls = new TestKeys(profile, number);
        Peer peer = new Peer(
                "peer-" + number,
                local,
                (fingerprints, progress) -> dtls,
                srtp,
                loop::onDtlsProgress,
                publisher,
                player,
                nowNs);
        loop.add(peer);
        peer.onRemote(List.of(), nowNs, loop);
        byte[] check = checks.apply(local.ufrag(), local.password());
        MemorySegment segment = arena.allocate(check.length, 8);
        MemorySegment.copy(check, 0, segment, ValueLayout.JAVA_BYTE, 0, check.length);
        remotes.add(new Remote(peer, address(number), segment));
    }

    private static RemoteAddress address(int number) {
        return new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001 + number), 40_000 + number, 0);
    }

    private void connect() {
        sendChecks();
        MemorySegment hello = arena.allocate(DTLS.length, 8);
        MemorySegment.copy(DTLS, 0, hello, ValueLayout.JAVA_BYTE, 0, DTLS.length);
        for (Remote remote : remotes) {
            put(hello, remote.address());
        }
        cycle(0);
        for (Remote remote : remotes) {
            if (!remote.peer().isConnected()) {
                throw new IllegalStateException(remote.peer().id() + " is not connected");
            }
        }
    }

    /** Checks of all, as every few seconds. */
    private void sendChecks() {
        lastChecksNs = nowNs;
        for (int i = 0; i < remotes.size(); i++) {
            put(remotes.get(i).check(), remotes.get(i).address());
        }
        cycle(0);
    }

    private void put(MemorySegment datagram, RemoteAddress from) {
        if (port.isFull()) {
            cycle(0);
        }
        port.put(datagram, 0, (int) datagram.byteSize(), from);
    }

    /** One duty cycle, that many packets' time later. */
    private void cycle(int packets) {
        nowNs += packets * PACKET_INTERVAL_NS;
        loop.dutyCycle(nowNs);
    }

    /** Protects the publisher's next packets, and lets everybody's consent be renewed when it is time. */
    public void seal() {
        if (nowNs - lastChecksNs >= CHECK_INTERVAL_NS) {
            sendChecks();
        }
        for (int i = 0; i < BATCH; i++) {
            seal(i);
        }
    }

    private int seal(int slot) {
        long at = (long) slot * IngressBatch.SLOT_BYTES;
        MemorySegment.copy(template, 0, sealed, at, sealedBytes);
        Bytes.put16(sealed, at + 2, sequence);
        // Sixteen packets are one frame, in 90 kHz.
        Bytes.put32(sealed, at + 4, (sequence >> 4) * 5_760L);
        sequence++;
        int length = sealer.protectRtp(sealed, at, sealedBytes, IngressBatch.SLOT_BYTES);
        if (length < 0) {
            throw new IllegalStateException("protect gave " + length);
        }
        return length;
    }

    private void putSealed(int lengthBytes) {
        port.put(sealed, 0, lengthBytes, remotes.getFirst().address());
    }

    /**
     * Lets the loop receive and forward all that {@link #seal} made.
     *
     * @param burst datagrams that wait at the beginning of each duty cycle
     * @return datagrams that the loop sent, reports included
     */
    public long forward(int burst) {
        long before = port.sent();
        RemoteAddress from = remotes.getFirst().address();
        int lengthBytes = sealedBytes + profile.rtpTagLengthBytes();
        for (int i = 0; i < BATCH; ) {
            int waiting = Math.min(burst, BATCH - i);
            for (int end = i + waiting; i < end; i++) {
                port.put(sealed, (long) i * IngressBatch.SLOT_BYTES, lengthBytes, from);
            }
            cycle(waiting);
        }
        return port.sent() - before;
    }

    /** RTP packets sent to players since the start. */
    public long forwarded() {
        return loop.counters().get(Counter.RTP_FORWARDED);
    }

    /** Packets that the publisher made since the start. */
    public long published() {
        return sequence;
    }

    /** Takes what players get, decrypted by nobody yet; null lets it go. For tests. */
    void receiver(MemoryPort.Receiver receiver) {
        port.receiver(receiver);
    }

    static long playerSsrc(int index) {
        return 5_000L + index;
    }

    /** Fails when a packet was lost or an error was hidden. */
    public void requireAllForwarded() {
        long expected = published() * (remotes.size() - 1);
        StringBuilder drops = new StringBuilder();
        for (DropReason reason : DropReason.values()) {
            long count = loop.counters().get(reason);
            if (count > 0) {
                drops.append(' ').append(reason).append('=').append(count);
            }
        }
        if (forwarded() != expected || !drops.isEmpty() || !errors.entries().isEmpty()) {
            throw new IllegalStateException("forwarded " + forwarded() + " of " + expected + ", drops" + drops
                    + ", errors " + errors.entries());
        }
    }

    /** Ends all peers on this thread, whose keys they hold, then the loop on its own. */
    @Override
    public void close() {
        for (Remote remote : remotes) {
            remote.peer().end(PeerEnd.ASKED, nowNs, loop);
        }
        sealer.close();
        loop.requestClose();
        loop.start();
        loop.close();
        arena.close();
    }

    /** Nobody to tell. */
    private static final class NoEvents implements MediaLoop.Events {
        @Override
        public void onLoopFailed(Throwable error) {
            throw new IllegalStateException(error);
        }

        @Override
        public void onConnected(Peer peer) {}

        @Override
        public void onSilence(Peer peer, boolean silent) {}

        @Override
        public void onRepublished(Peer peer) {}

        @Override
        public void onEnded(Peer peer, PeerEnd end) {}
    }
}
