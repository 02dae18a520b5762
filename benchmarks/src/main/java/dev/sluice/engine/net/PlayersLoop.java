package dev.sluice.engine.net;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.sdp.HeaderExtensions;
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
 * A loop with players of one stream and a real port, of which only the sending is used and timed. Confined to one thread,
 * which holds its keys.
 */
final class PlayersLoop implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final RigLoop loop;
    private long cpuNs;

    /**
     * Connects the players.
     *
     * @param io {@code auto}, {@code batch} or {@code nio}, as the server's option
     * @param first the first player's number, by which it has its SSRC and keys
     * @throws UncheckedIOException when the port cannot be opened
     */
    PlayersLoop(
            String io,
            SrtpProvider srtp,
            SrtpProfile profile,
            InetAddress local,
            List<InetSocketAddress> players,
            int first,
            LiveStream stream,
            BiFunction<String, String, byte[]> checks,
            HeaderExtensions extensions,
            long nowNs) {
        loop = new RigLoop(new MemoryPort(open(io, local)), srtp, profile, checks, nowNs);
        for (int i = 0; i < players.size(); i++) {
            int number = first + i;
            loop.addPlayer(stream, extensions, FanoutRig.playerSsrc(number), address(players.get(i)), number + 1);
        }
        loop.connect();
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

    /** Lets a second pass, in which reports go out, and the remotes' checks now and then; returns the time then. */
    long passSecond() {
        return loop.passSecond();
    }

    /** Duty cycles until all is sent, the last of them idle; timed. Nothing is received in them. */
    void forward(long nowNs) {
        long startNs = THREADS.getCurrentThreadCpuTime();
        loop.cycle(nowNs);
        cpuNs += THREADS.getCurrentThreadCpuTime() - startNs;
    }

    /** Processor time spent on {@link #forward} since the start. */
    long cpuNs() {
        return cpuNs;
    }

    /** Packets sent to players since the start. */
    long forwarded() {
        return loop.forwarded();
    }

    /** Fails when one of so many packets did not go to every player, or an error was hidden. */
    void requireForwarded(long published) {
        loop.requireForwarded(published * loop.peers());
    }

    @Override
    public void close() {
        loop.close();
    }
}
