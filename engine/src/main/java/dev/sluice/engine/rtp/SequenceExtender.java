package dev.sluice.engine.rtp;

/**
 * Makes ever growing 64-bit sequence numbers from the 16-bit ones of one source (RFC 3550 section 6.4.1, "extended
 * highest sequence number"), for any reordering below 2^15 packets. Confined to one media loop.
 */
public final class SequenceExtender {
    private static final long FIRST_CYCLE = 1L << 16;

    private long highest = -1;

    /** The extended number; its low 16 bits are {@code sequenceNumber}. Never negative, even before the first wrap. */
    public long extend(int sequenceNumber) {
        if (highest < 0) {
            // One cycle above zero, so that a packet overtaken by the very first one has a number too.
            highest = FIRST_CYCLE + sequenceNumber;
            return highest;
        }
        long extended = highest + (short) (sequenceNumber - (int) highest);
        if (extended > highest) {
            highest = extended;
        }
        return extended;
    }

    /** The highest extended number so far; −1 before the first. */
    public long highest() {
        return highest;
    }
}
