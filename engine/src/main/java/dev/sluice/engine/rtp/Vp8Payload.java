package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * The VP8 payload descriptor (RFC 7741 section 4.2) and the head of a key frame (RFC 6386 section 9.1). Stateless.
 *
 * <pre>
 *   0 1 2 3 4 5 6 7
 *  |X|R|N|S|R| PID |
 *  |I|L|T|K| RSV   |  if X
 *  |M| PictureID   |  if I; two bytes if M
 *  |   TL0PICIDX   |  if L
 *  |TID|Y| KEYIDX  |  if T or K
 * </pre>
 */
final class Vp8Payload {
    private static final int KEY_FRAME_HEADER_BYTES = 10;
    private static final int START_CODE = 0x9d012a;
    /** Width and height have 14 bits, with two bits of scaling above them. */
    private static final int SIZE_MASK = 0x3fff;

    private Vp8Payload() {}

    static int describe(MemorySegment s, long off, int len) {
        int counters = 0;
        int at = 1;
        int first = Bytes.u8(s, off);
        boolean startsFrame = (first & 0x17) == 0x10;
        if ((first & 0x80) != 0) {
            if (len < 2) {
                return PayloadDescription.NONE;
            }
            int present = Bytes.u8(s, off + 1);
            at = 2;
            int pictureId = 0;
            boolean longPictureId = false;
            if ((present & 0x80) != 0) {
                pictureId = at;
                longPictureId = at < len && (Bytes.u8(s, off + at) & 0x80) != 0;
                at += longPictureId ? 2 : 1;
            }
            int tl0 = (present & 0x40) != 0 ? at++ : 0;
            int keyIndex = (present & 0x10) != 0 ? at : 0;
            counters = PayloadDescription.counters(pictureId, longPictureId, tl0, keyIndex);
            if ((present & 0x20) != 0 && at < len) {
                int layer = Bytes.u8(s, off + at);
                counters |= PayloadDescription.layers(0, layer >>> 6);
                counters |= (layer & 0x20) != 0 ? PayloadDescription.SWITCH_UP : 0;
            }
            at += (present & 0x30) != 0 ? 1 : 0;
        }
        if (at > len) {
            return PayloadDescription.NONE;
        }
        counters |= startsFrame ? PayloadDescription.FRAME_START : 0;
        return startsFrame && isKeyFrameHeader(s, off + at, len - at)
                ? counters | PayloadDescription.KEY_FRAME_START | PayloadDescription.DIMENSIONS
                : counters;
    }

    static int dimensions(MemorySegment s, long off, int len) {
        int description = describe(s, off, len);
        if (!PayloadDescription.carriesDimensions(description)) {
            return 0;
        }
        long frame = off + descriptorBytes(s, off);
        // The only little-endian numbers of the whole path.
        int width = Short.reverseBytes((short) Bytes.u16(s, frame + 6)) & SIZE_MASK;
        int height = Short.reverseBytes((short) Bytes.u16(s, frame + 8)) & SIZE_MASK;
        return Codec.packDimensions(width, height);
    }

    /** Length of a descriptor that {@link #describe} took. */
    private static int descriptorBytes(MemorySegment s, long off) {
        if ((Bytes.u8(s, off) & 0x80) == 0) {
            return 1;
        }
        int present = Bytes.u8(s, off + 1);
        int at = 2;
        if ((present & 0x80) != 0) {
            at += (Bytes.u8(s, off + at) & 0x80) != 0 ? 2 : 1;
        }
        at += (present & 0x40) != 0 ? 1 : 0;
        return at + ((present & 0x30) != 0 ? 1 : 0);
    }

    private static boolean isKeyFrameHeader(MemorySegment s, long frame, int len) {
        return len >= KEY_FRAME_HEADER_BYTES && (Bytes.u8(s, frame) & 1) == 0 && Bytes.u24(s, frame + 3) == START_CODE;
    }
}
