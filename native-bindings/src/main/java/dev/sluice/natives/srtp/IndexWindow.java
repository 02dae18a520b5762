package dev.sluice.natives.srtp;

/**
 * The highest packet index of one SSRC and which of the {@link SrtpContext#REPLAY_WINDOW} up to it were seen (RFC 3711
 * sections 3.3.1 and 3.3.2). Changes in {@link #accept} only, so a packet that fails leaves no trace. Confined to one
 * thread.
 */
final class IndexWindow {
    static final long LAST_RTP_INDEX = (1L << 48) - 1;
    static final long LAST_RTCP_INDEX = (1L << 31) - 1;

    private static final int SEQUENCE_NUMBERS = 1 << 16;
    private static final int HALF = SEQUENCE_NUMBERS / 2;

    private final long lastIndex;
    private long highest;
    /** Bit i: index {@code highest − i} was seen; {@code seenHigh} goes on at 64. */
    private long seenLow;

    private long seenHigh;

    /** @param lastIndex the end of the key's index space */
    IndexWindow(long lastIndex) {
        this(lastIndex, 0);
    }

    /** As if {@code highest} and all before it had been far back: for tests at the end of the index space. */
    IndexWindow(long lastIndex, long highest) {
        this.lastIndex = lastIndex;
        this.highest = highest;
    }

    /**
     * The 48-bit index nearest to the highest one that has this sequence number (RFC 3711 section 3.3.1 and appendix
     * A). Up to half a cycle after the start it is the number itself: there is no cycle before the first.
     */
    long estimate(int sequenceNumber) {
        if (highest <= HALF) {
            return sequenceNumber;
        }
        int last = (int) highest & 0xffff;
        long index = highest - last + sequenceNumber;
        if (last < HALF) {
            return sequenceNumber - last > HALF ? index - SEQUENCE_NUMBERS : index;
        }
        return last - HALF > sequenceNumber ? index + SEQUENCE_NUMBERS : index;
    }

    /** The index after the highest; the first is 1, as libsrtp counts. */
    long next() {
        return highest + 1;
    }

    /** 0 when {@code index} is new, else REPLAYED, TOO_OLD, or FAILED when the key's index space is used up. */
    int check(long index) {
        long age = highest - index;
        if (age < 0) {
            return index <= lastIndex ? 0 : SrtpContext.FAILED;
        }
        if (age >= SrtpContext.REPLAY_WINDOW) {
            return SrtpContext.TOO_OLD;
        }
        long seen = age < Long.SIZE ? seenLow : seenHigh;
        return (seen >>> age & 1) == 0 ? 0 : SrtpContext.REPLAYED; // a shift counts modulo 64
    }

    /** Records an index that {@link #check} passed and that was authenticated. */
    void accept(long index) {
        long advance = index - highest;
        if (advance <= 0) {
            mark(-advance);
            return;
        }
        if (advance < Long.SIZE) {
            seenHigh = seenHigh << advance | seenLow >>> -advance;
            seenLow <<= advance;
        } else {
            seenHigh = advance < SrtpContext.REPLAY_WINDOW ? seenLow << advance : 0;
            seenLow = 0;
        }
        highest = index;
        mark(0);
    }

    private void mark(long age) {
        if (age < Long.SIZE) {
            seenLow |= 1L << age;
        } else {
            seenHigh |= 1L << age;
        }
    }
}
