package dev.sluice.natives.srtp;

import java.util.Arrays;

/**
 * The SSRCs of one context by place, at most {@link SrtpContext#MAX_SSRCS} at a time. Confined to one thread.
 *
 * <p>What we receive may use a new SSRC for each source, all session long: one that comes to a full set takes the place
 * of the one silent longest. That one's replay window is lost with its place, so it is <em>retired</em>: under these keys
 * it is never taken again, and what was recorded of it cannot be replayed. What we send must never lose its place, since a
 * packet index used twice would be a keystream used twice; there a full set refuses.
 */
final class SsrcSet {
    /** No place: not known, or not any more. */
    static final int NONE = -1;
    /** As many changes of source a session may have; each costs 4 bytes. */
    static final int MAX_RETIRED = 1_024;

    /** Enough for sound and picture. */
    static final int INITIAL_PLACES = 2;

    private final boolean retires;
    private int[] ssrcs = new int[INITIAL_PLACES];
    /** When each was used last, counted in uses. */
    private long[] usedAt = new long[INITIAL_PLACES];

    private int size;
    private long uses;
    private int[] retired = {};
    private int retiredCount;

    /** @param retires whether a full set gives up its oldest SSRC for a new one */
    SsrcSet(boolean retires) {
        this.retires = retires;
    }

    /** The place of {@code ssrc}, or {@link #NONE}. */
    int find(int ssrc) {
        for (int place = 0; place < size; place++) {
            if (ssrcs[place] == ssrc) {
                return place;
            }
        }
        return NONE;
    }

    /** Whether a new SSRC could get a place now. */
    boolean hasRoom() {
        return size < SrtpContext.MAX_SSRCS || retires && retiredCount < MAX_RETIRED;
    }

    /** Whether an SSRC had a place once and lost it. */
    boolean isRetired(int ssrc) {
        for (int i = 0; i < retiredCount; i++) {
            if (retired[i] == ssrc) {
                return true;
            }
        }
        return false;
    }

    /** The SSRC that {@link #add} would retire; only when the set is full. */
    int oldest() {
        return ssrcs[oldestPlace()];
    }

    boolean isFull() {
        return size == SrtpContext.MAX_SSRCS;
    }

    /** Gives a new SSRC a place; there must be room, and it must not be retired. */
    int add(int ssrc) {
        int place = size;
        if (isFull()) {
            place = oldestPlace();
            retire(ssrcs[place]);
        } else {
            if (size == ssrcs.length) {
                ssrcs = Arrays.copyOf(ssrcs, size * 2);
                usedAt = Arrays.copyOf(usedAt, size * 2);
            }
            size++;
        }
        ssrcs[place] = ssrc;
        use(place);
        return place;
    }

    /** A packet of the SSRC at this place was right. */
    void use(int place) {
        usedAt[place] = ++uses;
    }

    private int oldestPlace() {
        int oldest = 0;
        for (int place = 1; place < size; place++) {
            if (usedAt[place] < usedAt[oldest]) {
                oldest = place;
            }
        }
        return oldest;
    }

    private void retire(int ssrc) {
        if (retiredCount == retired.length) {
            retired = Arrays.copyOf(retired, Math.max(SrtpContext.MAX_SSRCS, 2 * retiredCount));
        }
        retired[retiredCount++] = ssrc;
    }
}
