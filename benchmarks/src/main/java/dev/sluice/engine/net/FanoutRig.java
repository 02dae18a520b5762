package dev.sluice.engine.net;

import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The engine's fan-out over a real port: a publisher's loop that has no network writes frames into its log; the players'
 * loop reads them there, as loops of other publishers' streams do, and sends. Only the players' duty cycle is timed: no
 * datagram is received in it. Confined to one thread.
 */
public final class FanoutRig implements AutoCloseable {
    /** Packets of a frame, and so of each player's run. */
    public static final int FRAME_PACKETS = 8;

    static final long START_NS = 1_000_000_000_000L;
    /** 250 packets a second. */
    static final long FRAME_INTERVAL_NS = 32_000_000L;
    /** Players report once a second. That happens in time of its own, before so many frames that none is due among them. */
    static final int FRAMES_BETWEEN_REPORTS = 30;

    private final FramePublisher publisher;
    private final PlayersLoop players;
    private long nowNs = START_NS;
    private int frames;

    /**
     * Connects everybody and sends the first frame.
     *
     * @param io {@code auto}, {@code batch} or {@code nio}, as the server's option
     * @param local where packets are sent from
     * @param addresses of the players, IPv4, each with a stream and keys of its own
     * @param checks makes the check that a remote sends, from our ufrag and password
     * @param extensions ids of the publisher and of the players
     * @param packets of the publisher, without sequence number and timestamp: the start of a key frame, then one like all
     *     that follow
     * @throws UncheckedIOException when the port cannot be opened
     */
    public FanoutRig(
            String io,
            SrtpProvider srtp,
            SrtpProfile profile,
            InetAddress local,
            List<InetSocketAddress> addresses,
            BiFunction<String, String, byte[]> checks,
            HeaderExtensions extensions,
            List<byte[]> packets) {
        LiveStream stream = new LiveStream("s");
        publisher = new FramePublisher(srtp, profile, stream, checks, extensions, FRAME_PACKETS, packets, nowNs);
        players = new PlayersLoop(io, srtp, profile, local, addresses, 0, stream, checks, extensions, nowNs);
        publisher.goLive();
        // Players begin at the end of the log: they must be there before the key frame is.
        players.passSecond();
        nowNs = publisher.passSecond();
        forward(1);
    }

    /** The keys that a player's packets are protected by. */
    public static SrtpKeys playerKeys(SrtpProfile profile, int index) {
        return TestKeys.of(profile, index + 1);
    }

    public static long playerSsrc(int index) {
        return 5_000L + index;
    }

    /** Publishes frames, one at a time, and sends each to all players. */
    public void forward(int frameCount) {
        for (int i = 0; i < frameCount; i++) {
            if (frames++ % FRAMES_BETWEEN_REPORTS == 0) {
                players.passSecond();
                nowNs = publisher.passSecond();
            }
            nowNs += FRAME_INTERVAL_NS;
            publisher.publish(nowNs);
            players.forward(nowNs);
        }
    }

    /** Processor time that this thread has spent on sending since the start. */
    public long cpuNs() {
        return players.cpuNs();
    }

    /** Packets sent to players since the start. */
    public long forwarded() {
        return players.forwarded();
    }

    /** Fails when a packet was lost or an error was hidden. */
    public void requireAllForwarded() {
        players.requireForwarded(publisher.published());
        publisher.requireNoLoss();
    }

    @Override
    public void close() {
        players.close();
        publisher.close();
    }
}
