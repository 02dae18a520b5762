package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * H.265 in RTP (RFC 7798 sections 4.4.1 single NAL unit, 4.4.2 aggregation, 4.4.3 fragmentation; no DONL, which WebRTC
 * does not negotiate), as far as finding key frames and the picture's size needs it. Stateless.
 *
 * <p>A key frame starts at its video or sequence parameter set, or else at an IRAP slice; the log takes one start per
 * timestamp.
 */
final class H265Payload {
    private static final int FIRST_IRAP = 16;
    private static final int LAST_IRAP = 23;
    private static final int VIDEO_PARAMETER_SET = 32;
    private static final int SEQUENCE_PARAMETER_SET = 33;
    private static final int AGGREGATION = 48;
    private static final int FRAGMENTATION = 49;
    private static final int FU_START = 0x80;
    private static final int NAL_HEAD_BYTES = 2;

    private H265Payload() {}

    static int describe(MemorySegment s, long off, int len) {
        if (len < NAL_HEAD_BYTES || (Bytes.u8(s, off) & 0x80) != 0) {
            return PayloadDescription.NONE;
        }
        int type = unitType(s, off);
        return switch (type) {
            case AGGREGATION -> describeAggregate(s, off, len);
            case FRAGMENTATION -> len > 2 ? describeFragment(Bytes.u8(s, off + 2)) : PayloadDescription.NONE;
            default -> describeUnit(type);
        };
    }

    /** Of the first sequence parameter set that is whole in this payload. */
    static int dimensions(MemorySegment s, long off, int len) {
        if (len < NAL_HEAD_BYTES) {
            return 0;
        }
        int type = unitType(s, off);
        if (type == SEQUENCE_PARAMETER_SET) {
            return parameterSetDimensions(s, off, len);
        }
        if (type != AGGREGATION) {
            return 0;
        }
        int at = NAL_HEAD_BYTES;
        while (at + 2 < len) {
            int size = Bytes.u16(s, off + at);
            long unit = off + at + 2;
            at += 2 + size;
            if (at <= len && size >= NAL_HEAD_BYTES && unitType(s, unit) == SEQUENCE_PARAMETER_SET) {
                return parameterSetDimensions(s, unit, size);
            }
        }
        return 0;
    }

    private static int unitType(MemorySegment s, long off) {
        return Bytes.u8(s, off) >>> 1 & 0x3f;
    }

    private static int describeUnit(int type) {
        if (type == SEQUENCE_PARAMETER_SET) {
            return PayloadDescription.KEY_FRAME_START | PayloadDescription.DIMENSIONS;
        }
        return type == VIDEO_PARAMETER_SET || type >= FIRST_IRAP && type <= LAST_IRAP
                ? PayloadDescription.KEY_FRAME_START
                : PayloadDescription.NONE;
    }

    private static int describeFragment(int fragmentHead) {
        return (fragmentHead & FU_START) != 0
                ? describeUnit(fragmentHead & 0x3f) & PayloadDescription.KEY_FRAME_START
                : PayloadDescription.NONE;
    }

    private static int describeAggregate(MemorySegment s, long off, int len) {
        int description = PayloadDescription.NONE;
        int at = NAL_HEAD_BYTES;
        while (at + 2 < len) {
            int size = Bytes.u16(s, off + at);
            if (size < NAL_HEAD_BYTES || at + 2 + size > len) {
                break;
            }
            description |= describeUnit(unitType(s, off + at + 2));
            at += 2 + size;
        }
        return description;
    }

    /** H.265 section 7.3.2.2.1. */
    private static int parameterSetDimensions(MemorySegment s, long off, int len) {
        BitReader in = new BitReader(s, off, len, true);
        in.skip(8 * NAL_HEAD_BYTES + 4);
        int subLayers = (int) in.bits(3);
        in.skip(1);
        skipProfileTierLevel(in, subLayers);
        in.unsignedExpGolomb();
        long chromaFormat = in.unsignedExpGolomb();
        in.skip(chromaFormat == 3 ? 1 : 0);
        long width = in.unsignedExpGolomb();
        long height = in.unsignedExpGolomb();
        if (in.flag()) {
            int unitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1;
            int unitY = chromaFormat == 1 ? 2 : 1;
            width -= unitX * (in.unsignedExpGolomb() + in.unsignedExpGolomb());
            height -= unitY * (in.unsignedExpGolomb() + in.unsignedExpGolomb());
        }
        return in.overrun() ? 0 : Codec.packDimensions(width, height);
    }

    /** H.265 section 7.3.3. */
    private static void skipProfileTierLevel(BitReader in, int subLayers) {
        in.skip(96);
        if (subLayers == 0) {
            return;
        }
        int present = (int) in.bits(16);
        for (int i = 0; i < subLayers; i++) {
            in.skip((present >>> 15 - 2 * i & 1) != 0 ? 88 : 0);
            in.skip((present >>> 14 - 2 * i & 1) != 0 ? 8 : 0);
        }
    }
}
