package dev.sluice.engine.net;

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
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PlayTrack;
import dev.sluice.engine.sdp.PublishTrack;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * A media loop on the caller's thread, in virtual time, whose peers are connected without a handshake. Confined to one thread.
 */
final class RigLoop implements AutoCloseable {
    static final int PAYLOAD_TYPE = 96;

    private static final long CHECK_INTERVAL_NS = 5_000_000_000L;
    /** Ticks of which none is left out: each looks at some of the peers. */
    private static final int STEPS_OF_A_SECOND = 50;

    private static final CodecFormat VP8 = new CodecFormat(MediaKind.VIDEO, "VP8", 90_000, 0, "");
    private static final byte[] CNAME = "sluice".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DTLS = {22, 0, 0};

    /** A remote as the loop sees it, and its next check. */
    private record Remote(Peer peer, RemoteAddress address, MemorySegment check) {}

    private final Arena arena = Arena.ofConfined();
    private final DistinctErrorLog errors = new DistinctErrorLog(InstantSource.system());
    private final List<Remote> remotes = new ArrayList<>();
    private final MemoryPort port;
    private final MediaLoop loop;
    private final SrtpProvider srtp;
    private final SrtpProfile profile;
    private final BiFunction<String, String, byte[]> checks;
    private long nowNs;
    private long lastChecksNs;

    /** @param checks makes the check that a remote sends, from our ufrag and password */
    RigLoop(
            MemoryPort port,
            SrtpProvider srtp,
            SrtpProfile profile,
            BiFunction<String, String, byte[]> checks,
            long startNs) {
        this.port = port;
        this.srtp = srtp;
        this.profile = profile;
        this.checks = checks;
        nowNs = startNs;
        loop = new MediaLoop(
                0,
                port,
                0,
                new TcpDoor(),
                () -> nowNs,
                new NoEvents(),
                errors,
                new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND));
    }

    /** Takes in a publisher of VP8, whose keys are of this seed; it is not connected yet. */
    Publisher addPublisher(LiveStream stream, HeaderExtensions extensions, RemoteAddress address, long seed) {
        PublishTrack track = new PublishTrack(
                MediaKind.VIDEO, "0", VP8, PAYLOAD_TYPE, -1, List.of(), extensions, true, true, true, false, true, 97);
        Publisher publisher = new Publisher(stream, List.of(track), LogMemory.defaults(), loop, 99, CNAME, nowNs);
        add(publisher, null, address, seed);
        return publisher;
    }

    /** Takes in a player of VP8, whose keys and random numbers are of this seed; it is not connected yet. */
    void addPlayer(LiveStream stream, HeaderExtensions extensions, long ssrc, RemoteAddress address, long seed) {
        Player player = new Player(stream, CNAME, new NtpTime(1_700_000_000_000_000_000L, nowNs), new Random(seed));
        // Nobody gives feedback about each packet here, so none is numbered for it.
        HeaderExtensions own = HeaderExtensions.of(Map.of(
                ExtensionType.MID, extensions.id(ExtensionType.MID),
                ExtensionType.ABS_SEND_TIME, extensions.id(ExtensionType.ABS_SEND_TIME)));
        player.configure(
                List.of(new PlayTrack(
                        MediaKind.VIDEO,
                        "0",
                        VP8,
                        PAYLOAD_TYPE,
                        -1,
                        ssrc,
                        own,
                        true,
                        true,
                        true,
                        97,
                        ssrc + (1L << 31))),
                true);
        add(null, player, address, seed);
    }

    private void add(Publisher publisher, Player player, RemoteAddress address, long seed) {
        IceCredentials local = IceCredentials.generate(new Random(seed));
        TestKeys dtls = new TestKeys(profile, seed);
        Peer peer = new Peer(
                "peer-" + seed,
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
        remotes.add(new Remote(peer, address, segment));
    }

    /** Connects all that were added. */
    void connect() {
        sendChecks();
        MemorySegment hello = arena.allocate(DTLS.length, 8);
        MemorySegment.copy(DTLS, 0, hello, ValueLayout.JAVA_BYTE, 0, DTLS.length);
        for (Remote remote : remotes) {
            put(hello, 0, DTLS.length, remote.address());
        }
        cycle(nowNs);
        for (Remote remote : remotes) {
            if (!remote.peer().isConnected()) {
                throw new IllegalStateException(remote.peer().id() + " is not connected");
            }
        }
    }

    /** Whether the remotes' consent is to be renewed by {@link #sendChecks}, as every few seconds. */
    boolean wantsChecks(long atNs) {
        return atNs - lastChecksNs >= CHECK_INTERVAL_NS;
    }

    /** Checks of all remotes. */
    void sendChecks() {
        lastChecksNs = nowNs;
        for (int i = 0; i < remotes.size(); i++) {
            MemorySegment check = remotes.get(i).check();
            put(check, 0, (int) check.byteSize(), remotes.get(i).address());
        }
        cycle(nowNs);
    }

    /** Lets a datagram wait for the loop; its bytes stay where they are until the next cycle. */
    void put(MemorySegment segment, long offset, int lengthBytes, RemoteAddress from) {
        if (port.isFull()) {
            cycle(nowNs);
        }
        port.put(segment, offset, lengthBytes, from);
    }

    /** Duty cycles at this time, until nothing is left to do: one sends a share of a stream with many players. */
    void cycle(long atNs) {
        nowNs = atNs;
        int work;
        do {
            work = loop.dutyCycle(atNs);
        } while (work > 0);
    }

    /** Lets a second pass, in which everybody's timers run; returns the time then. */
    long passSecond() {
        for (int i = 0; i < STEPS_OF_A_SECOND; i++) {
            cycle(nowNs + 1_000_000_000L / STEPS_OF_A_SECOND);
        }
        if (wantsChecks(nowNs)) {
            sendChecks();
        }
        return nowNs;
    }

    int peers() {
        return remotes.size();
    }

    /** RTP packets sent to players since the start. */
    long forwarded() {
        return loop.counters().get(Counter.RTP_FORWARDED);
    }

    /** Fails when so many packets were not sent, or one was dropped, or an error was hidden. */
    void requireForwarded(long expected) {
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
