package dev.sluice.engine.stun;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * The numbers of STUN, and the two questions asked of a datagram before its peer is known. Stateless. Safe for many
 * threads.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |0 0|     STUN Message Type     |         Message Length        |
 * |                  Magic Cookie = 0x2112A442                    |
 * |                     Transaction ID (96 bits)                  |
 * |  attributes: type, length, value padded to 4 bytes            |
 * </pre>
 */
public final class Stun {
    public static final int HEADER_BYTES = 20;
    public static final int MAGIC_COOKIE = 0x2112A442;

    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_SUCCESS = 0x0101;
    static final int BINDING_ERROR = 0x0111;

    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;

    /** Type and length in front of every attribute's value. */
    static final int ATTRIBUTE_HEADER_BYTES = 4;

    static final int INTEGRITY_VALUE_BYTES = 20;
    static final int INTEGRITY_BYTES = ATTRIBUTE_HEADER_BYTES + INTEGRITY_VALUE_BYTES;
    static final int FINGERPRINT_VALUE_BYTES = 4;
    static final int FINGERPRINT_BYTES = ATTRIBUTE_HEADER_BYTES + FINGERPRINT_VALUE_BYTES;

    private static final int UFRAG_KEY_BYTES = 8;
    private static final long NON_ASCII = 0x8080_8080_8080_8080L;

    private Stun() {}

    /** Whether a datagram is of the STUN class: RFC 7983 section 7 by its first byte, then the magic cookie. */
    public static boolean isStun(MemorySegment segment, long offset, int lengthBytes) {
        return lengthBytes >= HEADER_BYTES
                && Bytes.u8(segment, offset) <= 3
                && Bytes.i32(segment, offset + 4) == MAGIC_COOKIE;
    }

    /**
     * Which of our peers a Binding request from an unknown address is meant for: the first eight bytes of its USERNAME,
     * big-endian, when the part before the colon is exactly eight ASCII characters; else −1. Never −1 for such a name.
     * Nothing is authenticated here: the number finds a peer, whose agent then checks the message.
     */
    public static long localUfragKey(MemorySegment segment, long offset, int lengthBytes) {
        if (!isStun(segment, offset, lengthBytes) || Bytes.u16(segment, offset) != BINDING_REQUEST) {
            return -1;
        }
        int at = HEADER_BYTES;
        while (lengthBytes - at >= ATTRIBUTE_HEADER_BYTES) {
            int type = Bytes.u16(segment, offset + at);
            int valueBytes = Bytes.u16(segment, offset + at + 2);
            int value = at + ATTRIBUTE_HEADER_BYTES;
            if (type == USERNAME) {
                return valueBytes <= lengthBytes - value ? ufragKey(segment, offset + value, valueBytes) : -1;
            }
            if (type == MESSAGE_INTEGRITY) {
                return -1;
            }
            at = value + paddedBytes(valueBytes);
        }
        return -1;
    }

    private static long ufragKey(MemorySegment segment, long username, int usernameBytes) {
        if (usernameBytes <= UFRAG_KEY_BYTES || Bytes.u8(segment, username + UFRAG_KEY_BYTES) != ':') {
            return -1;
        }
        long key = Bytes.i64(segment, username);
        return (key & NON_ASCII) == 0 ? key : -1;
    }

    static int paddedBytes(int valueBytes) {
        return valueBytes + 3 & ~3;
    }
}
