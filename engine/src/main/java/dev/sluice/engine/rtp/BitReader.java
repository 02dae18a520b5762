package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * Reads the bit fields of a parameter set. Past the end it reads zeros and remembers that; nothing throws. One is made
 * per key frame. Confined to one media loop.
 */
final class BitReader {
    private final MemorySegment segment;
    private final long end;
    /** H.264 and H.265: a 3 after two zero bytes is not part of the data (H.264 section 7.4.1.1). */
    private final boolean emulationPrevention;

    private long at;
    private int zeroBytes;
    private int current;
    private int bitsLeft;
    private boolean overrun;

    BitReader(MemorySegment segment, long offset, int lengthBytes, boolean emulationPrevention) {
        this.segment = segment;
        this.at = offset;
        this.end = offset + lengthBytes;
        this.emulationPrevention = emulationPrevention;
    }

    /** Whether more was asked for than there is, or a number was larger than any real one. */
    boolean overrun() {
        return overrun;
    }

    boolean flag() {
        return bits(1) != 0;
    }

    /** The next 0 … 32 bits as an unsigned number. */
    long bits(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | bit();
        }
        return value;
    }

    void skip(int count) {
        for (int i = 0; i < count; i++) {
            bit();
        }
    }

    /** ue(v), an unsigned Exp-Golomb number (H.264 section 9.1); AV1's uvlc() is the same code. */
    long unsignedExpGolomb() {
        int zeros = 0;
        while (bit() == 0) {
            if (++zeros > 31 || overrun) {
                overrun = true;
                return 0;
            }
        }
        return (1L << zeros) - 1 + bits(zeros);
    }

    /** se(v), a signed Exp-Golomb number (H.264 section 9.1.1). */
    long signedExpGolomb() {
        long code = unsignedExpGolomb();
        return (code & 1) != 0 ? (code + 1) / 2 : -(code / 2);
    }

    private int bit() {
        if (bitsLeft == 0) {
            current = nextByte();
            bitsLeft = 8;
        }
        bitsLeft--;
        return current >>> bitsLeft & 1;
    }

    private int nextByte() {
        if (emulationPrevention && zeroBytes >= 2 && at < end && Bytes.u8(segment, at) == 3) {
            at++;
            zeroBytes = 0;
        }
        if (at >= end) {
            overrun = true;
            return 0;
        }
        int value = Bytes.u8(segment, at++);
        zeroBytes = value == 0 ? zeroBytes + 1 : 0;
        return value;
    }
}
