package dev.sluice.engine.congestion;

import java.util.Arrays;

/**
 * When each of the newest packets left and how long it was, by transport-wide sequence number: four bytes a packet, 1 to 4 KiB.
 * Confined to one media loop.
 *
 * <pre>
 * bits 31..12 time sent in 1/16 ms   bit 11 reported missing   bits 10..0 length   all 0: never sent, or acknowledged
 * </pre>
 */
final class SentPackets {
    /** A second of 2.5 Mbit/s, and feedback comes ten times as often: enough for most. */
    static final int LEAST_HISTORY = 1 << 8;
    /** 0.4 s of 30 Mbit/s. What feedback says of older ones is ignored. */
    static final int HISTORY = 1 << 10;

    static final long NONE = -1;

    private static final int UNIT_NS = 62_500;
    private static final int TIME_SHIFT = 12;
    private static final int TIME_MASK = (1 << 32 - TIME_SHIFT) - 1;
    private static final int MISSING = 1 << 11;
    private static final int LENGTH_MASK = MISSING - 1;

    /** Twice as long when a packet would be forgotten that feedback may still be about. */
    private int[] entries = new int[LEAST_HISTORY];

    private boolean started;
    private long newest;
    private long newestUnits;

    /** @param sequence 16 bits, one more than the packet before; numbers left out count as never sent */
    void onSent(int sequence, int lengthBytes, long nowNs) {
        long extended = started ? newest + (short) (sequence - (int) newest) : sequence & 0xffff;
        long step = extended - newest;
        if (started && step <= 0) {
            return;
        }
        if (started && step > 1) {
            clearBetween(newest, extended);
        }
        started = true;
        newest = extended;
        newestUnits = Math.floorDiv(nowNs, (long) UNIT_NS);
        int forgotten = entries[slot(extended)];
        if (forgotten != 0 && (forgotten & MISSING) == 0 && entries.length < HISTORY) {
            grow();
        }
        entries[slot(extended)] = (int) newestUnits << TIME_SHIFT | Math.clamp(lengthBytes, 1, LENGTH_MASK);
    }

    private void grow() {
        int[] before = entries;
        entries = new int[2 * before.length];
        for (long packet = Math.max(0, newest - before.length); packet < newest; packet++) {
            entries[slot(packet)] = before[(int) packet & before.length - 1];
        }
    }

    private void clearBetween(long from, long to) {
        if (to - from >= entries.length) {
            Arrays.fill(entries, 0);
            return;
        }
        for (long between = from + 1; between < to; between++) {
            entries[slot(between)] = 0;
        }
    }

    /** The packet with this 16-bit number, as the methods below take it; {@link #NONE} when it is not on its way. */
    long find(int sequence) {
        long extended = newest + (short) (sequence - (int) newest);
        boolean known = started && extended >= 0 && extended <= newest && extended > newest - entries.length;
        return known && entries[slot(extended)] != 0 ? extended : NONE;
    }

    /** The newest one sent, or {@link #NONE}. */
    long newest() {
        return started ? newest : NONE;
    }

    int lengthBytes(long packet) {
        return entries[slot(packet)] & LENGTH_MASK;
    }

    /** To 1/16 ms. The history spans less than the 65 s after which the time begins anew, or feedback is late beyond use. */
    long sentNs(long packet) {
        int units = entries[slot(packet)] >>> TIME_SHIFT;
        return (newestUnits - ((int) newestUnits - units & TIME_MASK)) * UNIT_NS;
    }

    boolean isMissing(long packet) {
        return (entries[slot(packet)] & MISSING) != 0;
    }

    /** Feedback passed it over; it may still come. */
    void markMissing(long packet) {
        entries[slot(packet)] |= MISSING;
    }

    /** It arrived: feedback that says so once more finds nothing. */
    void forget(long packet) {
        entries[slot(packet)] = 0;
    }

    private int slot(long packet) {
        return (int) packet & entries.length - 1;
    }
}
