package dev.sluice.engine.rtp;

/**
 * A counter inside the payload (picture id, TL0PICIDX, frame number), shifted so that it goes on by one where the source
 * changes and keeps the source's own steps and gaps otherwise. Confined to one media loop.
 *
 * <p>Kept unwrapped, so that a source with a shorter field (VP8's 7-bit picture id after a 15-bit one) continues in the
 * bits it has, and the next one with a longer field continues from there.
 */
final class ContinuousCounter {
    private boolean anchored;
    private boolean started;
    private long shift;
    private long highestIn;
    private long highestOut;

    /** The next value belongs to another source. */
    void switchSource() {
        anchored = false;
    }

    /** Maps a value of {@code bits} bits, 1 … 16, to one of as many bits. */
    int map(int value, int bits) {
        return map(value, bits, 0);
    }

    /** As {@link #map(int, int)}, where so many of the source's values were left out before this one. */
    int map(int value, int bits, int skipped) {
        long in = anchored ? unwrap(value, bits) : anchor(value, skipped);
        long out = in + shift - skipped;
        highestIn = Math.max(highestIn, in);
        highestOut = Math.max(highestOut, out);
        return (int) out & (1 << bits) - 1;
    }

    private long unwrap(int value, int bits) {
        int unused = Integer.SIZE - bits;
        return highestIn + (value - (int) highestIn << unused >> unused);
    }

    private long anchor(int value, int skipped) {
        // The very first source passes unchanged.
        shift = started ? highestOut + 1 + skipped - value : skipped;
        anchored = true;
        if (!started) {
            started = true;
            highestOut = value;
        }
        highestIn = value;
        return value;
    }
}
