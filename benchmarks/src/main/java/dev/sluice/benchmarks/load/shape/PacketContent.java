package dev.sluice.benchmarks.load.shape;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PayloadDescription;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * The payload of the load's packets: what servers' parsers want to see, then a running number and bytes that follow from it.
 * Confined to one thread.
 *
 * <pre>
 *   VP8: payload descriptor with a picture id of 15 bits, 4 bytes (RFC 7741 section 4.2)
 *        frame header, 10 bytes, in the first packet of a frame (RFC 6386 section 9.1); else filler
 *   Opus: TOC byte of a 20 ms frame, 13 bytes of filler
 *   then: mark 4 | running number 8 | bytes that follow from the number
 * </pre>
 */
public final class PacketContent {
    private static final int PREFIX_BYTES = 14;
    private static final int NUMBER_AT = PREFIX_BYTES + 4;
    private static final int PATTERN_AT = NUMBER_AT + 8;
    /** The shortest payload that carries all. */
    public static final int MIN_BYTES = PATTERN_AT + 8;

    private static final int MARK = 0x534c4c44;
    private static final int PATTERN_BYTES = 1 << 16;
    private static final int MAX_PAYLOAD_BYTES = 2_048;
    /** An odd step: neighbours differ everywhere. */
    private static final int STEP_BYTES = 41;

    private final MemorySegment pattern = Arena.ofAuto().allocate(PATTERN_BYTES + MAX_PAYLOAD_BYTES, 8);
    private final boolean video;

    public PacketContent(boolean video) {
        this.video = video;
        SplittableRandom random = new SplittableRandom(7);
        for (long at = 0; at < pattern.byteSize(); at += 8) {
            pattern.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
    }

    /** Writes a payload of {@code lengthBytes}. */
    public void write(
            MemorySegment to, long offset, int lengthBytes, long number, long frame, boolean first, boolean keyFrame) {
        if (video) {
            Bytes.put8(to, offset, first ? 0x90 : 0x80);
            Bytes.put8(to, offset + 1, 0x80);
            Bytes.put16(to, offset + 2, 0x8000 | (int) (frame & 0x7fff));
            writeFrameHeader(to, offset + 4, keyFrame);
        } else {
            Bytes.put64(to, offset, 0x7800_0000_0000_0000L);
            Bytes.put64(to, offset + PREFIX_BYTES - 8, 0);
        }
        Bytes.put32(to, offset + PREFIX_BYTES, MARK);
        Bytes.put64(to, offset + NUMBER_AT, number);
        MemorySegment.copy(pattern, patternAt(number), to, offset + PATTERN_AT, (long) lengthBytes - PATTERN_AT);
    }

    /** Version 0, shown; a key frame of 960×540 (RFC 6386 section 9.1), its numbers little-endian. */
    private static void writeFrameHeader(MemorySegment to, long at, boolean keyFrame) {
        Bytes.put24(to, at, keyFrame ? 0x10_0200 : 0x11_0200);
        Bytes.put24(to, at + 3, keyFrame ? 0x9d_012a : 0);
        Bytes.put16(to, at + 6, Short.toUnsignedInt(Short.reverseBytes((short) 960)));
        Bytes.put16(to, at + 8, Short.toUnsignedInt(Short.reverseBytes((short) 540)));
    }

    private static long patternAt(long number) {
        return number * STEP_BYTES & PATTERN_BYTES - 1;
    }

    /** The running number of a decrypted payload; −1 when it is not one of ours. */
    public static long number(MemorySegment payload, long offset, int lengthBytes) {
        return lengthBytes >= MIN_BYTES && Bytes.i32(payload, offset + PREFIX_BYTES) == MARK
                ? Bytes.i64(payload, offset + NUMBER_AT)
                : -1;
    }

    /** Whether a decrypted payload is the first of a key frame. */
    public boolean startsKeyFrame(MemorySegment payload, long offset, int lengthBytes) {
        return video && PayloadDescription.startsKeyFrame(Codec.VP8.describe(payload, offset, lengthBytes));
    }

    /** Whether every byte is as it was written. */
    public boolean isIntact(MemorySegment payload, long offset, int lengthBytes, long number) {
        long from = patternAt(number);
        int rest = lengthBytes - PATTERN_AT;
        return rest <= MAX_PAYLOAD_BYTES
                && MemorySegment.mismatch(
                                payload, offset + PATTERN_AT, offset + lengthBytes, pattern, from, from + rest)
                        < 0;
    }
}
