package dev.sluice.natives.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * An array of {@code struct mmsghdr} as 64-bit Linux has it, each with one piece of payload, a socket address and room for
 * a {@code UDP_SEGMENT} control message; all pointers but the payload's are set once. Confined to one thread.
 *
 * <pre>
 * mmsghdr, 64 bytes                      rest, 72 bytes
 *  0 msg_name        pointer to rest+16   0 iov_base
 *  8 msg_namelen     int                  8 iov_len
 * 16 msg_iov         pointer to rest     16 sockaddr_in:  family, port, 4 bytes of address
 * 24 msg_iovlen      1                      sockaddr_in6: family, port, flow, 16 bytes of address, scope
 * 32 msg_control     pointer to rest+48  48 cmsg_len   18
 * 40 msg_controllen  0 or 24             56 cmsg_level SOL_UDP
 * 48 msg_flags       int                 60 cmsg_type  UDP_SEGMENT
 * 56 msg_len         int                 64 segment size, 16 bits
 * </pre>
 */
public final class MessageVector {
    private static final int HEADER_BYTES = 64;
    private static final int REST_BYTES = 72;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int PAYLOAD = 16;
    private static final int PAYLOADS = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int LENGTH = 56;

    private static final int REST_NAME = 16;
    private static final int REST_CONTROL = 48;
    private static final int REST_LEVEL = 56;
    private static final int REST_TYPE = 60;
    private static final int REST_SEGMENT = 64;

    static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;
    /** {@code CMSG_LEN(2)} and {@code CMSG_SPACE(2)}. */
    private static final long CONTROL_MESSAGE_BYTES = 18;

    private static final long CONTROL_SPACE_BYTES = 24;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt IPV4 = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong IPV6 = JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private final int capacity;
    private final MemorySegment headers;
    private final MemorySegment rests;

    public MessageVector(Arena arena, int capacity) {
        this.capacity = capacity;
        headers = arena.allocate((long) capacity * HEADER_BYTES, 64);
        rests = arena.allocate((long) capacity * REST_BYTES, 64);
        for (int i = 0; i < capacity; i++) {
            long header = header(i);
            long rest = rest(i);
            headers.set(JAVA_LONG, header + NAME, rests.address() + rest + REST_NAME);
            headers.set(JAVA_LONG, header + PAYLOAD, rests.address() + rest);
            headers.set(JAVA_LONG, header + PAYLOADS, 1);
            headers.set(JAVA_LONG, header + CONTROL, rests.address() + rest + REST_CONTROL);
            rests.set(JAVA_LONG, rest + REST_CONTROL, CONTROL_MESSAGE_BYTES);
            rests.set(JAVA_INT, rest + REST_LEVEL, SOL_UDP);
            rests.set(JAVA_INT, rest + REST_TYPE, UDP_SEGMENT);
        }
    }

    public int capacity() {
        return capacity;
    }

    /** Where the message is, for {@link DatagramCalls}; the others follow it. */
    public long address(int index) {
        return headers.address() + header(index);
    }

    /** Where the message's bytes are, or are to go. */
    public void payload(int index, long address, long lengthBytes) {
        rests.set(JAVA_LONG, rest(index), address);
        rests.set(JAVA_LONG, rest(index) + Long.BYTES, lengthBytes);
    }

    /** The kernel is to cut the payload into datagrams of this size, the last may be shorter; 0: it is one datagram. */
    public void segmentBytes(int index, int segmentBytes) {
        headers.set(JAVA_LONG, header(index) + CONTROL_LENGTH, segmentBytes == 0 ? 0 : CONTROL_SPACE_BYTES);
        rests.set(JAVA_SHORT, rest(index) + REST_SEGMENT, (short) segmentBytes);
    }

    /** The destination, for a socket of family AF_INET. */
    public void toInet(int index, int address, int port) {
        long name = rest(index) + REST_NAME;
        headers.set(JAVA_INT, header(index) + NAME_LENGTH, SOCKADDR_IN_BYTES);
        rests.set(JAVA_SHORT, name, AF_INET);
        rests.set(PORT, name + 2, (short) port);
        rests.set(IPV4, name + 4, address);
    }

    /** The destination, for a socket of family AF_INET6; IPv4 in its v4-mapped form. */
    public void toInet6(int index, long high, long low, int port) {
        long name = rest(index) + REST_NAME;
        headers.set(JAVA_INT, header(index) + NAME_LENGTH, SOCKADDR_IN6_BYTES);
        rests.set(JAVA_SHORT, name, AF_INET6);
        rests.set(PORT, name + 2, (short) port);
        rests.set(JAVA_INT, name + 4, 0);
        rests.set(IPV6, name + 8, high);
        rests.set(IPV6, name + 16, low);
        rests.set(JAVA_INT, name + 24, 0);
    }

    /** Prepares a message for receiving: the kernel writes over the length of the address. */
    public void expectSource(int index) {
        headers.set(JAVA_INT, header(index) + NAME_LENGTH, SOCKADDR_IN6_BYTES);
    }

    /** Bytes that the kernel received into this message. */
    public int length(int index) {
        return headers.get(JAVA_INT, header(index) + LENGTH);
    }

    public boolean isFromInet6(int index) {
        return rests.get(JAVA_SHORT, rest(index) + REST_NAME) == AF_INET6;
    }

    public int sourcePort(int index) {
        return rests.get(PORT, rest(index) + REST_NAME + 2) & 0xffff;
    }

    /** The 32 bits of an IPv4 source. */
    public int sourceInet(int index) {
        return rests.get(IPV4, rest(index) + REST_NAME + 4);
    }

    /** The upper half of an IPv6 source. */
    public long sourceHigh(int index) {
        return rests.get(IPV6, rest(index) + REST_NAME + 8);
    }

    /** The lower half of an IPv6 source. */
    public long sourceLow(int index) {
        return rests.get(IPV6, rest(index) + REST_NAME + 16);
    }

    private static long header(int index) {
        return (long) index * HEADER_BYTES;
    }

    private static long rest(int index) {
        return (long) index * REST_BYTES;
    }
}
