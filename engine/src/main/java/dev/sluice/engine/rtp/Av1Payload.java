package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * AV1 in RTP (RTP Payload Format For AV1, section 4.4): one aggregation header, then OBU elements. Stateless.
 *
 * <pre>
 *   0 1 2 3 4 5 6 7
 *  |Z|Y| W |N|-|-|-|   then per element its length as LEB128 (the last of W has none) and an OBU
 * </pre>
 *
 * A coded video sequence starts where N is set; a decoder can start there when the sequence header comes along.
 */
final class Av1Payload {
    private static final int CONTINUES_FRAGMENT = 0x80;
    private static final int NEW_SEQUENCE = 0x08;
    private static final int SEQUENCE_HEADER = 1;
    private static final int OBU_EXTENSION = 0x04;
    private static final int OBU_HAS_SIZE = 0x02;
    /** A length of a datagram's part never needs more. */
    private static final int MAX_LEB128_BYTES = 4;

    private Av1Payload() {}

    static int describe(MemorySegment s, long off, int len) {
        return sequenceHeader(s, off, len) == 0
                ? PayloadDescription.NONE
                : PayloadDescription.KEY_FRAME_START | PayloadDescription.DIMENSIONS;
    }

    static int dimensions(MemorySegment s, long off, int len) {
        int element = sequenceHeader(s, off, len);
        if (element == 0) {
            return 0;
        }
        int offset = element >>> 16;
        int length = element & 0xffff;
        int head = Bytes.u8(s, off + offset);
        int at = (head & OBU_EXTENSION) != 0 ? 2 : 1;
        if ((head & OBU_HAS_SIZE) != 0) {
            int size = leb128(s, off + offset + at, length - at);
            if (size < 0) {
                return 0;
            }
            at += size >>> 24;
        }
        return at < length ? sequenceDimensions(s, off + offset + at, length - at) : 0;
    }

    /** Place (upper 16 bits) and length of the sequence header OBU in a packet that starts a sequence; 0 without one. */
    private static int sequenceHeader(MemorySegment s, long off, int len) {
        int head = Bytes.u8(s, off);
        if ((head & (NEW_SEQUENCE | CONTINUES_FRAGMENT)) != NEW_SEQUENCE) {
            return 0;
        }
        int count = head >>> 4 & 3;
        int at = 1;
        for (int i = 1; at < len; i++) {
            int length = len - at;
            if (i != count) {
                int coded = leb128(s, off + at, len - at);
                if (coded < 0) {
                    return 0;
                }
                at += coded >>> 24;
                length = coded & 0xff_ffff;
            }
            if (length > len - at) {
                return 0;
            }
            if (length > 0 && (Bytes.u8(s, off + at) >>> 3 & 0x0f) == SEQUENCE_HEADER) {
                return at << 16 | length;
            }
            at += length;
        }
        return 0;
    }

    /** The number's bytes in the upper 8 bits and its value below; −1 when it is cut off or too large. */
    private static int leb128(MemorySegment s, long off, int len) {
        int value = 0;
        for (int i = 0; i < MAX_LEB128_BYTES && i < len; i++) {
            int part = Bytes.u8(s, off + i);
            value |= (part & 0x7f) << 7 * i;
            if ((part & 0x80) == 0) {
                return value > 0xff_ffff ? -1 : i + 1 << 24 | value;
            }
        }
        return -1;
    }

    /** AV1 bitstream specification section 5.5.1, up to the frame's size. */
    private static int sequenceDimensions(MemorySegment s, long off, int len) {
        BitReader in = new BitReader(s, off, len, false);
        in.skip(4);
        if (in.flag()) {
            in.skip(5);
        } else {
            skipOperatingPoints(in);
        }
        int widthBits = (int) in.bits(4) + 1;
        int heightBits = (int) in.bits(4) + 1;
        long width = in.bits(widthBits) + 1;
        long height = in.bits(heightBits) + 1;
        return in.overrun() ? 0 : Codec.packDimensions(width, height);
    }

    private static void skipOperatingPoints(BitReader in) {
        boolean decoderModel = false;
        int delayBits = 0;
        if (in.flag()) {
            in.skip(64);
            if (in.flag()) {
                in.unsignedExpGolomb();
            }
            decoderModel = in.flag();
            if (decoderModel) {
                delayBits = (int) in.bits(5) + 1;
                in.skip(42);
            }
        }
        boolean displayDelay = in.flag();
        int points = (int) in.bits(5) + 1;
        for (int i = 0; i < points; i++) {
            in.skip(12);
            if (in.bits(5) > 7) {
                in.skip(1);
            }
            if (decoderModel && in.flag()) {
                in.skip(2 * delayBits + 1);
            }
            if (displayDelay && in.flag()) {
                in.skip(4);
            }
        }
    }
}
