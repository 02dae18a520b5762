package dev.sluice.engine.buffer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A remote transport address together with the local address (by its index in the loop's port) it talks to. Immutable.
 *
 * <p>The 128 address bits are kept as two longs, IPv4 in its v4-mapped form (::ffff:a.b.c.d), so that a datagram's
 * source can be compared without an object. One object is made per address that passed an ICE check, never per packet.
 */
public final class RemoteAddress {
    /** Set in the local index of a TCP connection's address; the rest is the connection's number. */
    public static final int TCP = 1 << 30;

    private final long high;
    private final long low;
    private final int port;
    private final int localIndex;
    private final InetSocketAddress socketAddress;

    public RemoteAddress(long high, long low, int port, int localIndex) {
        this.high = high;
        this.low = low;
        this.port = port;
        this.localIndex = localIndex;
        this.socketAddress = new InetSocketAddress(inetAddress(high, low), port);
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    /** Which of the port's local addresses, or which TCP connection, the remote talks to; answers leave by the same. */
    public int localIndex() {
        return localIndex;
    }

    /** Whether this is the far end of a TCP connection (RFC 6544): the local index is then the connection's number. */
    public boolean isTcp() {
        return localIndex >= TCP;
    }

    /** The address of a socket's far end. */
    public static RemoteAddress of(InetSocketAddress remote, int localIndex) {
        byte[] bytes = remote.getAddress().getAddress();
        if (bytes.length == 4) {
            return new RemoteAddress(0, v4Mapped((int) bits(bytes, 0, 4)), remote.getPort(), localIndex);
        }
        return new RemoteAddress(bits(bytes, 0, 8), bits(bytes, 8, 8), remote.getPort(), localIndex);
    }

    private static long bits(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    public InetSocketAddress socketAddress() {
        return socketAddress;
    }

    public boolean isV4() {
        return isV4(high, low);
    }

    public boolean matches(long otherHigh, long otherLow, int otherPort, int otherLocalIndex) {
        return low == otherLow && port == otherPort && high == otherHigh && localIndex == otherLocalIndex;
    }

    public static boolean isV4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** The low 64 bits of the v4-mapped form of an IPv4 address. */
    public static long v4Mapped(int address) {
        return 0xffff_0000_0000L | address & 0xffff_ffffL;
    }

    private static InetAddress inetAddress(long high, long low) {
        byte[] bytes;
        if (isV4(high, low)) {
            bytes = new byte[4];
            for (int i = 0; i < 4; i++) {
                bytes[i] = (byte) (low >>> 24 - 8 * i);
            }
        } else {
            bytes = new byte[16];
            for (int i = 0; i < 8; i++) {
                bytes[i] = (byte) (high >>> 56 - 8 * i);
                bytes[8 + i] = (byte) (low >>> 56 - 8 * i);
            }
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are always an address", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteAddress that && matches(that.high, that.low, that.port, that.localIndex);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low) * 31 + (localIndex << 16 | port);
    }

    @Override
    public String toString() {
        return (isV4()
                        ? socketAddress.getAddress().getHostAddress()
                        : "[" + socketAddress.getAddress().getHostAddress() + "]")
                + ":" + port;
    }
}
