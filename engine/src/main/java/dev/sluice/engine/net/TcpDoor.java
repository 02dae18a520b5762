package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.stun.Stun;
import dev.sluice.natives.net.SocketBuffers;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where TCP connections come in (RFC 6544 section 4.3, passive): reads the first frame of each, which has to be a check,
 * and hands the connection to the loop whose peer it names. So no loop ever sees one that says nothing or asks for nobody.
 * Safe for many threads.
 *
 * <p>Each connection has a virtual thread until its first frame is there, for {@value #FIRST_FRAME_MS} ms at most;
 * {@value #MAX_WAITING} in all and {@value #MAX_WAITING_PER_SOURCE} of one {@linkplain SourceNetwork source} wait at a time. With one
 * more, the one goes that has waited longest: a client's check comes a round trip after its connection, so who means nothing
 * good keeps nobody out, behind the same NAT or the same proxy neither.
 */
final class TcpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpDoor.class);

    static final int FIRST_FRAME_MS = 10_000;
    static final int MAX_WAITING = 1_024;
    static final int MAX_WAITING_PER_SOURCE = 64;

    /**
     * What the kernel may hold beyond what is on its way: with more, packets would age in it where nobody can drop them. 8 KiB
     * are 220 ms of a way of 300 kbit/s.
     */
    private static final int UNSENT_BYTES = 8 << 10;
    /** Where the kernel has no such bound, everything it holds is bounded: half a second of 1 Mbit/s. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    private static final int BACKLOG = 512;
    private static final long ACCEPT_PAUSE_MS = 100;

    private final Map<Long, MediaLoop> loops = new ConcurrentHashMap<>();
    private final List<ServerSocketChannel> listeners = new CopyOnWriteArrayList<>();
    /** Each with its source, in the order in which they came; guarded by itself, as what follows. */
    private final SequencedMap<SocketChannel, InetAddress> waiting = new LinkedHashMap<>();

    private final Map<InetAddress, Integer> waitingOf = new HashMap<>();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final int firstFrameMs;
    private volatile boolean closed;

    TcpDoor() {
        this(FIRST_FRAME_MS);
    }

    /** @param firstFrameMs what a connection gets for its first frame */
    TcpDoor(int firstFrameMs) {
        this.firstFrameMs = firstFrameMs;
    }

    /** Checks with this key of a local user name fragment are for a peer of this loop. */
    void add(long ufragKey, MediaLoop loop) {
        loops.put(ufragKey, loop);
    }

    /** This key is answered no longer. */
    void remove(long ufragKey) {
        loops.remove(ufragKey);
    }

    /** Connections handed to a loop. */
    long accepted() {
        return accepted.get();
    }

    /** Connections closed at the door: too many, too slow, no check, or for nobody. */
    long refused() {
        return refused.get();
    }

    /**
     * Listens on the number of a media port, on all addresses of this machine.
     *
     * @param orAnother whether any free one will do when that is taken
     * @return the port, or 0 when it cannot be had: ICE-TCP is an extra, and the log says that there is none
     */
    int listenOn(int port, boolean orAnother) {
        try {
            return listen(new InetSocketAddress(port));
        } catch (IOException e) {
            if (orAnother && e instanceof BindException) {
                return listenOn(0, false);
            }
            LOG.warn("port={}/tcp error=\"{}\": no ICE-TCP on it, only UDP", port, e.getMessage());
            return 0;
        }
    }

    /** Listens there, and returns the port. */
    int listen(InetSocketAddress address) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            listeners.add(listener);
            Thread.ofVirtual().name("ice-tcp-" + port).start(() -> accept(listener));
            return port;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private void accept(ServerSocketChannel listener) {
        while (!closed) {
            try {
                SocketChannel channel = listener.accept();
                enter(channel, SourceNetwork.of(((InetSocketAddress) channel.getRemoteAddress()).getAddress()));
                Thread.ofVirtual().name("ice-tcp-first").start(() -> receiveFirst(channel));
            } catch (IOException e) {
                // Closed by us, or out of descriptors: those of others may become free.
                pause();
            }
        }
    }

    private void pause() {
        try {
            if (!closed) {
                Thread.sleep(ACCEPT_PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(SocketChannel channel, InetAddress source) {
        SocketChannel oneTooMany = null;
        synchronized (waiting) {
            waiting.put(channel, source);
            if (waitingOf.merge(source, 1, Integer::sum) > MAX_WAITING_PER_SOURCE) {
                oneTooMany = longestWaitingOf(source);
            } else if (waiting.size() > MAX_WAITING) {
                oneTooMany = waiting.firstEntry().getKey();
            }
        }
        if (oneTooMany != null && leave(oneTooMany)) {
            refuse(oneTooMany);
        }
    }

    private SocketChannel longestWaitingOf(InetAddress source) {
        for (Map.Entry<SocketChannel, InetAddress> each : waiting.entrySet()) {
            if (each.getValue().equals(source)) {
                return each.getKey();
            }
        }
        throw new AssertionError("it was just put there");
    }

    /** Whether it still waited: it is the caller's then. */
    private boolean leave(SocketChannel channel) {
        synchronized (waiting) {
            InetAddress source = waiting.remove(channel);
            if (source != null) {
                waitingOf.computeIfPresent(source, (ignored, count) -> count == 1 ? null : count - 1);
            }
            return source != null;
        }
    }

    private void receiveFirst(SocketChannel channel) {
        byte[] frame = null;
        try {
            frame = readFrame(channel);
        } catch (IOException e) {
            LOG.debug("ice-tcp first frame error={}", e.toString());
        }
        if (!leave(channel)) {
            return;
        }
        boolean handedOver = false;
        try {
            handedOver = frame != null && handOver(channel, frame);
        } catch (IOException e) {
            LOG.debug("ice-tcp socket error={}", e.toString());
        } finally {
            if (handedOver) {
                accepted.incrementAndGet();
            } else {
                refuse(channel);
            }
        }
    }

    private boolean handOver(SocketChannel channel, byte[] frame) throws IOException {
        MediaLoop loop = loops.get(ufragKey(frame));
        if (loop == null) {
            return false;
        }
        tune(channel);
        return loop.offer((onLoop, nowNs) -> onLoop.adopt(channel, frame, nowNs));
    }

    private static long ufragKey(byte[] frame) {
        return Stun.localUfragKey(
                MemorySegment.ofArray(frame), TcpConnection.PREFIX_BYTES, frame.length - TcpConnection.PREFIX_BYTES);
    }

    /** The first frame with its length in front, and not a byte more; null when it is none of STUN or does not come in time. */
    private byte[] readFrame(SocketChannel channel) throws IOException {
        long deadlineNs = System.nanoTime() + firstFrameMs * 1_000_000L;
        byte[] prefix = new byte[TcpConnection.PREFIX_BYTES];
        if (!readFully(channel, prefix, 0, deadlineNs)) {
            return null;
        }
        int lengthBytes = (prefix[0] & 0xff) << 8 | prefix[1] & 0xff;
        if (lengthBytes < Stun.HEADER_BYTES || lengthBytes > EgressBatch.MAX_DATAGRAM_BYTES) {
            return null;
        }
        byte[] frame = new byte[TcpConnection.PREFIX_BYTES + lengthBytes];
        System.arraycopy(prefix, 0, frame, 0, prefix.length);
        return readFully(channel, frame, prefix.length, deadlineNs) ? frame : null;
    }

    private static boolean readFully(SocketChannel channel, byte[] to, int from, long deadlineNs) throws IOException {
        InputStream in = channel.socket().getInputStream();
        int at = from;
        while (at < to.length) {
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            channel.socket().setSoTimeout((int) leftMs);
            int read = in.read(to, at, to.length - at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }

    private static void tune(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (!ChannelDescriptor.isKnown() || !SocketBuffers.boundUnsent(ChannelDescriptor.of(channel), UNSENT_BYTES)) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        }
    }

    private void refuse(SocketChannel channel) {
        refused.incrementAndGet();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("ice-tcp close error={}", e.toString());
        }
    }

    /** Listens no more. Idempotent. */
    @Override
    public void close() {
        closed = true;
        for (ServerSocketChannel listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.debug("ice-tcp close error={}", e.toString());
            }
        }
    }
}
