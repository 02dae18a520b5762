package dev.sluice.natives.srtp;

/** The SSRCs that took a place in a context, at most {@link SrtpContext#MAX_SSRCS}. Confined to one thread. */
final class SsrcSet {
    private final int[] ssrcs = new int[SrtpContext.MAX_SSRCS];
    private int size;

    /** The place of {@code ssrc}; the next free one when it has none yet; or TOO_MANY_SSRCS. */
    int find(int ssrc) {
        for (int place = 0; place < size; place++) {
            if (ssrcs[place] == ssrc) {
                return place;
            }
        }
        return size < ssrcs.length ? size : SrtpContext.TOO_MANY_SSRCS;
    }

    /** Gives {@code ssrc} the place that {@link #find} named; for one that has it already, nothing changes. */
    void take(int place, int ssrc) {
        ssrcs[place] = ssrc;
        size = Math.max(size, place + 1);
    }
}
