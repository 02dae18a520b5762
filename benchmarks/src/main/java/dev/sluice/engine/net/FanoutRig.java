package dev.sluice.engine.net;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.Publisher;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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
    /** How often a second's worth of players' reports are written: outside the time that is measured. */
    private static final int FRAMES_BETWEEN_REPORTS = 30;

    private static final long FRAME_INTERVAL_NS = 32_000_000L;
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final RemoteAddress PUBLISHER = new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001), 40_000, 0);

    private final RigLoop publisherLoop;
    private final RigLoop playersLoop;
    private final PacketSource source;
    private long nowNs = 1_000_000_000_000L;
    private int frames;
    private long cpuNs;

    /**
     * Connects everybody and sends the first frame.
     *
     * @param io {@code auto}, {@code batch} or {@code nio}, as the server's option
     * @param local where packets are sent from
     * @param players IPv4 addresses, each with a stream and keys of its own
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
            List<InetSocketAddress> players,
            BiFunction<String, String, byte[]> checks,
            HeaderExtensions extensions,
            List<byte[]> packets) {
        LiveStream stream = new LiveStream("s");
        publisherLoop = new RigLoop(new MemoryPort(), srtp, profile, checks, nowNs);
        Publisher publisher = publisherLoop.addPublisher(stream, extensions, PUBLISHER, 0);
        publisherLoop.connect();
        playersLoop = new RigLoop(new MemoryPort(open(io, local)), srtp, profile, checks, nowNs);
        for (int i = 0; i < players.size(); i++) {
            playersLoop.addPlayer(stream, extensions, playerSsrc(i), address(players.get(i)), i + 1);
        }
        playersLoop.connect();
        stream.publish(publisher.publication());
        // Players begin at the end of the log: they must be there before the key frame is.
        playersLoop.cycle(nowNs);
        source = new PacketSource(srtp, profile, 0, FRAME_PACKETS, packets);
        forward(1);
    }

    private static DatagramPort open(String io, InetAddress local) {
        try {
            return IoChoice.of(io).open(List.of(local), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RemoteAddress address(InetSocketAddress address) {
        int bits = ByteBuffer.wrap(address.getAddress().getAddress()).getInt();
        return new RemoteAddress(0, RemoteAddress.v4Mapped(bits), address.getPort(), 0);
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
                report();
            }
            nowNs += FRAME_INTERVAL_NS;
            source.seal(FRAME_PACKETS);
            source.putInto(publisherLoop, 0, FRAME_PACKETS, PUBLISHER);
            publisherLoop.cycle(nowNs);
            long startNs = THREADS.getCurrentThreadCpuTime();
            playersLoop.cycle(nowNs);
            cpuNs += THREADS.getCurrentThreadCpuTime() - startNs;
        }
    }

    /** Lets a second pass in which nothing is published: reports go out, and none is due while frames are timed. */
    private void report() {
        nowNs += REPORT_INTERVAL_NS;
        publisherLoop.cycle(nowNs);
        playersLoop.cycle(nowNs);
        if (playersLoop.wantsChecks(nowNs)) {
            publisherLoop.sendChecks();
            playersLoop.sendChecks();
        }
    }

    /** Processor time that this thread has spent on sending since the start. */
    public long cpuNs() {
        return cpuNs;
    }

    /** Packets sent to players since the start. */
    public long forwarded() {
        return playersLoop.forwarded();
    }

    /** Fails when a packet was lost or an error was hidden. */
    public void requireAllForwarded() {
        playersLoop.requireForwarded(source.sealed() * playersLoop.peers());
        publisherLoop.requireForwarded(0);
    }

    @Override
    public void close() {
        source.close();
        playersLoop.close();
        publisherLoop.close();
    }
}
