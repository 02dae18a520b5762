package dev.sluice.natives.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Where the parts of a packet lie: what every provider reads before any cryptography, so that all give the same codes.
 * Stateless.
 *
 * <pre>
 *   SRTP             | header, CSRCs, extension | payload, encrypted | tag |
 *   SRTCP, AES-CM    | header, 8 bytes | rest, encrypted | E, index | tag |
 *   SRTCP, AEAD      | header, 8 bytes | rest, encrypted | tag | E, index |
 * </pre>
 *
 * RFC 3711 sections 3.1 and 3.4, RFC 7714 sections 8 and 9.
 */
final class PacketLayout {
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    static final int RTCP_HEADER_LENGTH_BYTES = 8;
    /** E flag and 31-bit index. */
    static final int RTCP_INDEX_LENGTH_BYTES = 4;

    static final int E_FLAG = 0x8000_0000;

    private static final int RTP_HEADER_LENGTH_BYTES = 12;
    private static final int EXTENSION_HEADER_LENGTH_BYTES = 4;

    private PacketLayout() {}

    /** Addresses go to native code unchecked, so this is the bounds check: it throws, as only our own code can be wrong. */
    static void requireNative(MemorySegment packet, long offset, int lengthBytes) {
        if (!packet.isNative() || packet.isReadOnly()) {
            throw new IllegalArgumentException("a packet lies in writable native memory");
        }
        Objects.checkFromIndexSize(offset, lengthBytes, packet.byteSize());
    }

    /** Length of fixed header, CSRCs and extension (RFC 3550 section 5.1), or MALFORMED when the packet is shorter. */
    static int rtpHeaderLength(MemorySegment packet, long offset, int lengthBytes) {
        if (lengthBytes < RTP_HEADER_LENGTH_BYTES) {
            return SrtpContext.MALFORMED;
        }
        int first = packet.get(ValueLayout.JAVA_BYTE, offset);
        int header = RTP_HEADER_LENGTH_BYTES + Integer.BYTES * (first & 0x0f);
        if ((first & 0x10) != 0) {
            header += EXTENSION_HEADER_LENGTH_BYTES;
            if (lengthBytes < header) {
                return SrtpContext.MALFORMED;
            }
            header += Integer.BYTES * (packet.get(SHORT, offset + header - Short.BYTES) & 0xffff);
        }
        return header <= lengthBytes ? header : SrtpContext.MALFORMED;
    }

    static int rtpSequenceNumber(MemorySegment packet, long offset) {
        return packet.get(SHORT, offset + 2) & 0xffff;
    }

    static int rtpSsrc(MemorySegment packet, long offset) {
        return packet.get(INT, offset + 8);
    }

    static int rtcpSsrc(MemorySegment packet, long offset) {
        return packet.get(INT, offset + 4);
    }

    /** Bytes that protecting an RTCP packet adds. */
    static int rtcpOverhead(SrtpProfile profile) {
        return profile.rtcpTagLengthBytes() + RTCP_INDEX_LENGTH_BYTES;
    }

    /** The E flag and index of an SRTCP packet. */
    static int rtcpIndexWord(SrtpProfile profile, MemorySegment packet, long offset, int lengthBytes) {
        int behind = profile.isAead() ? 0 : profile.rtcpTagLengthBytes();
        return packet.get(INT, offset + lengthBytes - behind - RTCP_INDEX_LENGTH_BYTES);
    }
}
