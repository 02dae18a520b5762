package dev.sluice.engine.rtp;

/**
 * Which of a source's packets one player does not get, so that its numbers close up: how many lie before a packet, and whether
 * a late one lies among them. Remembers the newest ranges only. Confined to one media loop.
 */
final class SkippedPackets {
    /** At 30 pictures a second of which each second is left out: 2 s. */
    private static final int RANGES = 32;

    private final long[] from = new long[RANGES];
    private final long[] to = new long[RANGES];
    /** Packets and pictures that are left out up to a range's end. */
    private final int[] packetsAfter = new int[RANGES];

    private final int[] picturesAfter = new int[RANGES];
    private int count;
    private int newest = -1;
    private int totalPackets;
    private int totalPictures;
    private int basePictures;
    private int packets;
    private int pictures;

    /** Leaves a range out; it must begin behind all that was left out. */
    void add(long first, long last, boolean newPicture) {
        boolean extended = count > 0 && first == to[newest] + 1;
        if (!extended) {
            newest = newest + 1 & RANGES - 1;
            count = Math.min(count + 1, RANGES);
            from[newest] = first;
        }
        to[newest] = last;
        totalPackets += (int) (last - first + 1);
        totalPictures += newPicture ? 1 : 0;
        packetsAfter[newest] = totalPackets;
        picturesAfter[newest] = totalPictures;
    }

    /** The last packet left out, {@link Long#MIN_VALUE} when there is none. */
    long last() {
        return count == 0 ? Long.MIN_VALUE : to[newest];
    }

    /**
     * Looks a packet up; {@link #packets()} and {@link #pictures()} are about it then.
     *
     * @return false when it was left out itself, or lies too far back to know
     */
    boolean find(long sequence) {
        if (sequence > last()) {
            packets = totalPackets;
            pictures = totalPictures;
            return true;
        }
        for (int i = 1; i < count; i++) {
            int before = newest - i & RANGES - 1;
            int after = before + 1 & RANGES - 1;
            if (sequence > to[before]) {
                packets = packetsAfter[before];
                pictures = picturesAfter[before];
                return sequence < from[after];
            }
        }
        packets = 0;
        pictures = basePictures;
        return count < RANGES && sequence < from[newest - count + 1 & RANGES - 1];
    }

    /** The number of the packet before which so many are left out that it became this one; −1 when that is too far back. */
    long sequenceOf(long number) {
        for (int i = 0; i < count; i++) {
            int before = newest - i & RANGES - 1;
            long sequence = number + packetsAfter[before];
            if (sequence > to[before]) {
                return sequence;
            }
        }
        return count < RANGES ? number : -1;
    }

    /** Packets left out before the one that was looked up. */
    int packets() {
        return packets;
    }

    /** Pictures left out before the one that was looked up. */
    int pictures() {
        return pictures;
    }

    /** Packets are counted from here anew; pictures go on. */
    void restartPackets() {
        count = 0;
        totalPackets = 0;
        packets = 0;
        basePictures = totalPictures;
        pictures = totalPictures;
    }

    /** Another source: nothing of it was left out. */
    void clear() {
        totalPictures = 0;
        restartPackets();
    }
}
