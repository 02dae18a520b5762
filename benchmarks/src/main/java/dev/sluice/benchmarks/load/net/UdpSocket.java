package dev.sluice.benchmarks.load.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * A UDP socket of one client, unblocking, with the kernel's time of arrival on each datagram. Sending and receiving are safe for
 * many threads; closing is the owner's.
 */
public final class UdpSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    /** SOCK_DGRAM, SOCK_NONBLOCK and SOCK_CLOEXEC. */
    private static final int DATAGRAM = 2 | 0x800 | 0x80000;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_TIMESTAMPNS = 35;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOCKADDR_BYTES = 16;
    private static final ValueLayout.OfShort BIG_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final int fd;
    private final int localPort;
    private boolean closed;

    private UdpSocket(int fd, int localPort) {
        this.fd = fd;
        this.localPort = localPort;
    }

    /** A socket on a free port of this address. */
    public static UdpSocket open(InetAddress local, int receiveBufferBytes) throws IOException {
        int fd = Libc.socket(AF_INET, DATAGRAM, 0);
        if (fd < 0) {
            throw new IOException("no socket: too many files open?");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment option = arena.allocateFrom(ValueLayout.JAVA_INT, receiveBufferBytes);
            Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, option.address(), Integer.BYTES);
            option.set(ValueLayout.JAVA_INT, 0, 1);
            Libc.setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, option.address(), Integer.BYTES);
            MemorySegment address = sockaddr(arena, new InetSocketAddress(local, 0));
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SOCKADDR_BYTES);
            if (Libc.bind(fd, address.address(), SOCKADDR_BYTES) < 0
                    || Libc.getsockname(fd, address.address(), length.address()) < 0) {
                throw new IOException("no port on " + local.getHostAddress());
            }
            return new UdpSocket(fd, address.get(BIG_SHORT, 2) & 0xffff);
        } catch (IOException e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static MemorySegment sockaddr(Arena arena, InetSocketAddress of) throws IOException {
        if (!(of.getAddress() instanceof Inet4Address v4)) {
            throw new IOException(of + " is not an IPv4 address");
        }
        MemorySegment address = arena.allocate(SOCKADDR_BYTES, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        address.set(BIG_SHORT, 2, (short) of.getPort());
        MemorySegment.copy(v4.getAddress(), 0, address, ValueLayout.JAVA_BYTE, 4, 4);
        return address;
    }

    public int localPort() {
        return localPort;
    }

    /** From now on only this remote is spoken to and heard. */
    public void connect(InetSocketAddress remote) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            if (Libc.connect(fd, sockaddr(arena, remote).address(), SOCKADDR_BYTES) < 0) {
                throw new IOException("no way to " + remote);
            }
        }
    }

    /** Sends to the connected remote; false when the kernel did not take it. */
    public boolean send(MemorySegment segment, long offset, int lengthBytes) {
        return Libc.send(fd, segment.address() + offset, lengthBytes, MSG_DONTWAIT | MSG_NOSIGNAL) == lengthBytes;
    }

    /** Fills the batch with what has arrived; the number of datagrams, 0 when there is none. */
    public int receive(ReceiveBatch batch) {
        batch.reset();
        int count = Libc.recvmmsg(fd, batch.vector(), batch.capacity(), MSG_DONTWAIT | MSG_TRUNC);
        batch.filled(Math.max(0, count));
        return batch.count();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
