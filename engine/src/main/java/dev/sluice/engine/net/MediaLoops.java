package dev.sluice.engine.net;

import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.metrics.DistinctErrorLog;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** All media loops of a server, each on a port of its own. Safe for many threads. */
public final class MediaLoops implements AutoCloseable {
    private static final int MAX_PORT = 65_535;
    private static final int BUSY_STEP_PERCENT = 10;

    private final List<MediaLoop> loops;

    private final IoChoice io;
    private final TcpDoor door;
    private final int iceTcpPort;

    private MediaLoops(List<MediaLoop> loops, IoChoice io, TcpDoor door, int iceTcpPort) {
        this.loops = loops;
        this.io = io;
        this.door = door;
        this.iceTcpPort = iceTcpPort;
    }

    /**
     * Binds all ports, then starts the threads.
     *
     * @param firstPort of the first loop, the others follow upwards; 0 takes free ones
     * @param io {@code auto}, {@code batch} or {@code nio}
     * @param iceTcp where ICE-TCP is taken besides the media ports' numbers; null for nowhere
     * @param clockNs the time that all loops read, {@link #nanoTime} but in tests; safe for many threads
     * @throws IOException with the port in its message when one is taken, or when batches are asked for and impossible; nothing
     *     stays open
     */
    public static MediaLoops start(
            List<InetAddress> addresses,
            int firstPort,
            int count,
            String io,
            InetSocketAddress iceTcp,
            LongSupplier clockNs,
            MediaLoop.Events events,
            DistinctErrorLog errors)
            throws IOException {
        if (firstPort + count - 1 > MAX_PORT) {
            throw new IOException("media ports " + firstPort + " and the " + (count - 1)
                    + " above it: a port is at most " + MAX_PORT);
        }
        IoChoice choice = IoChoice.of(io);
        List<DatagramPort> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int port = firstPort == 0 ? 0 : firstPort + i;
            try {
                ports.add(choice.open(addresses, port));
            } catch (IOException e) {
                ports.forEach(DatagramPort::close);
                throw new IOException(
                        "media port " + port + "/udp (--media-port, --loops) cannot be bound: " + e.getMessage(), e);
            }
        }
        TcpDoor door = new TcpDoor();
        int iceTcpPort = 0;
        try {
            iceTcpPort = iceTcp == null ? 0 : door.listen(iceTcp);
        } catch (IOException e) {
            ports.forEach(DatagramPort::close);
            throw new IOException(
                    "--ice-tcp " + iceTcp.getAddress().getHostAddress() + ":" + iceTcp.getPort() + " cannot be bound: "
                            + e.getMessage(),
                    e);
        }
        List<MediaLoop> loops = new ArrayList<>();
        // Loops without a core of their own share its handshakes too.
        int cores = Math.min(count, Runtime.getRuntime().availableProcessors());
        int handshakesPerSecond = Math.max(1, HandshakeQueue.STARTS_PER_SECOND * cores / count);
        for (int i = 0; i < count; i++) {
            DatagramPort port = ports.get(i);
            int tcpPort = door.listenOn(port.port(), firstPort == 0);
            loops.add(new MediaLoop(
                    i, port, tcpPort, door, clockNs, events, errors, new HandshakeQueue(handshakesPerSecond)));
        }
        loops.forEach(MediaLoop::start);
        return new MediaLoops(List.copyOf(loops), choice, door, iceTcpPort);
    }

    public List<MediaLoop> all() {
        return loops;
    }

    /** The further port where TCP connections for all loops come in; 0 for none. */
    public int iceTcpPort() {
        return iceTcpPort;
    }

    /** How all ports are read and written. */
    public IoChoice io() {
        return io;
    }

    /**
     * The loop with the most room: the least busy by steps of ten percent, among those the one with the fewest sessions.
     * Sessions of a busy stream weigh more than others, and those that came since the last measurement count like the rest.
     */
    public MediaLoop mostRoom() {
        return loops.stream()
                .min(Comparator.comparingLong((MediaLoop loop) -> loop.expectedPercent() / BUSY_STEP_PERCENT)
                        .thenComparingLong(MediaLoop::sessions))
                .orElseThrow();
    }

    /** The clock that all loops read, for what has to speak their time. */
    public static long nanoTime() {
        return System.nanoTime();
    }

    /** All counters summed, by their names. */
    public Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>(
                LoopCounters.sum(loops.stream().map(MediaLoop::counters).toList()));
        counters.put("tcp_accepted", door.accepted());
        counters.put("tcp_refused", door.refused());
        return counters;
    }

    /** Ends all loops, side by side. Idempotent. */
    @Override
    public void close() {
        door.close();
        loops.forEach(MediaLoop::requestClose);
        loops.forEach(MediaLoop::close);
    }
}
