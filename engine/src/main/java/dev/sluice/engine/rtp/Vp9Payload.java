package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * The VP9 payload descriptor (RFC 9628 section 4.2) and the first byte of a frame's uncompressed header. Stateless.
 *
 * <pre>
 *   0 1 2 3 4 5 6 7
 *  |I|P|L|F|B|E|V|Z|
 *  |M| PICTURE ID  |  if I; two bytes if M
 *  | TID |U| SID |D|  if L
 *  |   TL0PICIDX   |  if L and not F
 *  | P_DIFF      |N|  if F and P, up to three times
 *  | SS …            if V
 * </pre>
 */
final class Vp9Payload {
    private static final int INTER_PREDICTED = 0x40;
    private static final int LAYER_INDICES = 0x20;
    private static final int FLEXIBLE = 0x10;
    private static final int STARTS_FRAME = 0x08;
    private static final int ENDS_FRAME = 0x04;
    private static final int SCALABILITY = 0x02;
    private static final int NOT_FOR_UPPER = 0x01;
    private static final int MAX_REFERENCES = 3;
    private static final int SYNC_CODE = 0x498342;
    private static final int COLOR_SPACE_RGB = 7;

    private Vp9Payload() {}

    static int describe(MemorySegment s, long off, int len) {
        int flags = Bytes.u8(s, off);
        int at = 1;
        int pictureId = 0;
        boolean longPictureId = false;
        if ((flags & 0x80) != 0) {
            pictureId = at;
            longPictureId = at < len && (Bytes.u8(s, off + at) & 0x80) != 0;
            at += longPictureId ? 2 : 1;
        }
        int tl0 = 0;
        boolean baseLayer = true;
        int layers = 0;
        if ((flags & LAYER_INDICES) != 0) {
            int indices = at < len ? Bytes.u8(s, off + at) : 0;
            baseLayer = at < len && (indices & 0x0e) == 0;
            layers = PayloadDescription.layers(indices >>> 1 & 7, indices >>> 5)
                    | ((indices & 0x10) != 0 ? PayloadDescription.SWITCH_UP : 0);
            at++;
            tl0 = (flags & FLEXIBLE) == 0 ? at++ : 0;
        }
        if (at > len) {
            return PayloadDescription.NONE;
        }
        int counters = PayloadDescription.counters(pictureId, longPictureId, tl0, 0)
                | layers
                | ((flags & NOT_FOR_UPPER) != 0 ? PayloadDescription.NOT_FOR_UPPER : 0)
                | ((flags & STARTS_FRAME) != 0 ? PayloadDescription.FRAME_START : 0)
                | ((flags & ENDS_FRAME) != 0 ? PayloadDescription.FRAME_END : 0)
                | ((flags & INTER_PREDICTED) != 0 ? PayloadDescription.INTER_PICTURE : 0);
        if ((flags & (STARTS_FRAME | INTER_PREDICTED)) != STARTS_FRAME || !baseLayer) {
            return counters;
        }
        int frame = at + structureBytes(flags, s, off + at, len - at);
        return frame < len && isKeyFrame(Bytes.u8(s, off + frame))
                ? counters | PayloadDescription.KEY_FRAME_START | PayloadDescription.DIMENSIONS
                : counters;
    }

    /** The largest layer's size, which the scalability structure names last; without one the frame's own. */
    static int dimensions(MemorySegment s, long off, int len) {
        if (!PayloadDescription.carriesDimensions(describe(s, off, len))) {
            return 0;
        }
        int flags = Bytes.u8(s, off);
        int at = structureOffset(flags, s, off);
        int head = Bytes.u8(s, off + at);
        if ((flags & SCALABILITY) != 0 && (head & 0x10) != 0) {
            long last = off + at + 1 + 4L * (head >>> 5);
            return Codec.packDimensions(Bytes.u16(s, last), Bytes.u16(s, last + 2));
        }
        int frame = at + structureBytes(flags, s, off + at, len - at);
        return frameDimensions(s, off + frame, len - frame);
    }

    /** Where a key frame's first packet has the scalability structure or the frame; no P_DIFFs stand before it. */
    private static int structureOffset(int flags, MemorySegment s, long off) {
        int at = 1;
        if ((flags & 0x80) != 0) {
            at += (Bytes.u8(s, off + at) & 0x80) != 0 ? 2 : 1;
        }
        if ((flags & LAYER_INDICES) != 0) {
            at += (flags & FLEXIBLE) == 0 ? 2 : 1;
        }
        return at;
    }

    /** Length of the scalability structure (RFC 9628 section 4.2.1); more than {@code len} when it is cut off. */
    private static int structureBytes(int flags, MemorySegment s, long off, int len) {
        if ((flags & SCALABILITY) == 0) {
            return 0;
        }
        if (len < 1) {
            return len + 1;
        }
        int head = Bytes.u8(s, off);
        int at = 1;
        if ((head & 0x10) != 0) {
            at += 4 * ((head >>> 5) + 1);
        }
        if ((head & 0x08) != 0) {
            if (at >= len) {
                return len + 1;
            }
            int pictures = Bytes.u8(s, off + at++);
            for (int i = 0; i < pictures && at < len; i++) {
                int references = Bytes.u8(s, off + at) >>> 2 & MAX_REFERENCES;
                at += 1 + references;
            }
        }
        return at;
    }

    /**
     * Whether the uncompressed header starts with frame marker 2, shows no existing frame and is a key frame: P = 0 alone
     * also holds for intra-only frames, which nobody can start with.
     */
    private static boolean isKeyFrame(int first) {
        boolean profile3 = (first & 0x30) == 0x30;
        int showExistingAndType = profile3 ? first & 0x06 : first & 0x0c;
        return first >>> 6 == 2 && showExistingAndType == 0;
    }

    /** VP9 bitstream specification sections 7.2 and 7.2.2, of a key frame. */
    private static int frameDimensions(MemorySegment s, long off, int len) {
        BitReader in = new BitReader(s, off, len, false);
        in.skip(2);
        int profile = (int) (in.bits(1) | in.bits(1) << 1);
        in.skip(profile == 3 ? 5 : 4);
        if (in.bits(24) != SYNC_CODE) {
            return 0;
        }
        in.skip(profile >= 2 ? 1 : 0);
        boolean rgb = in.bits(3) == COLOR_SPACE_RGB;
        boolean subsamplingTold = (profile & 1) != 0;
        in.skip((rgb ? 0 : 1) + (subsamplingTold ? rgb ? 1 : 3 : 0));
        long width = in.bits(16) + 1;
        long height = in.bits(16) + 1;
        return in.overrun() ? 0 : Codec.packDimensions(width, height);
    }
}
