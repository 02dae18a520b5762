package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * H.264 in RTP (RFC 6184 sections 5.6 single NAL unit, 5.7.1 STAP-A, 5.8 FU-A), as far as finding key frames and the
 * picture's size needs it. Stateless.
 *
 * <p>A key frame starts at its sequence parameter set. An IDR slice counts too, for encoders that send the parameter sets
 * once: the log takes one start per timestamp, so slices behind a parameter set start nothing.
 */
final class H264Payload {
    private static final int IDR_SLICE = 5;
    private static final int SEQUENCE_PARAMETER_SET = 7;
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final int FU_START = 0x80;

    private H264Payload() {}

    static int describe(MemorySegment s, long off, int len) {
        int head = Bytes.u8(s, off);
        if ((head & 0x80) != 0) {
            return PayloadDescription.NONE;
        }
        return switch (head & 0x1f) {
            case STAP_A -> describeAggregate(s, off, len);
            case FU_A -> len > 1 ? describeFragment(Bytes.u8(s, off + 1)) : PayloadDescription.NONE;
            default -> describeUnit(head & 0x1f);
        };
    }

    /** Of the first sequence parameter set that is whole in this payload. */
    static int dimensions(MemorySegment s, long off, int len) {
        int type = Bytes.u8(s, off) & 0x1f;
        if (type == SEQUENCE_PARAMETER_SET) {
            return H264ParameterSet.dimensions(s, off, len);
        }
        if (type != STAP_A) {
            return 0;
        }
        int at = 1;
        while (at + 2 < len) {
            int size = Bytes.u16(s, off + at);
            long unit = off + at + 2;
            at += 2 + size;
            if (at <= len && size > 0 && (Bytes.u8(s, unit) & 0x1f) == SEQUENCE_PARAMETER_SET) {
                return H264ParameterSet.dimensions(s, unit, size);
            }
        }
        return 0;
    }

    private static int describeUnit(int type) {
        return switch (type) {
            case SEQUENCE_PARAMETER_SET -> PayloadDescription.KEY_FRAME_START | PayloadDescription.DIMENSIONS;
            case IDR_SLICE -> PayloadDescription.KEY_FRAME_START;
            default -> PayloadDescription.NONE;
        };
    }

    private static int describeFragment(int fragmentHead) {
        // A parameter set in fragments would have its size in none of them.
        return (fragmentHead & FU_START) != 0
                ? describeUnit(fragmentHead & 0x1f) & PayloadDescription.KEY_FRAME_START
                : PayloadDescription.NONE;
    }

    private static int describeAggregate(MemorySegment s, long off, int len) {
        int description = PayloadDescription.NONE;
        int at = 1;
        while (at + 2 < len) {
            int size = Bytes.u16(s, off + at);
            if (size == 0 || at + 2 + size > len) {
                break;
            }
            description |= describeUnit(Bytes.u8(s, off + at + 2) & 0x1f);
            at += 2 + size;
        }
        return description;
    }
}
