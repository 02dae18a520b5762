package dev.sluice.engine.peer;

import dev.sluice.engine.rtp.LayerFilter;
import dev.sluice.engine.rtp.PacketLogReader;
import dev.sluice.engine.rtp.RtpRewriter;

/** What is left out of one track for one player, while something is. Confined to one media loop. */
final class Thinning {
    /** A key frame for more of the same layer, or after pictures that were left out, is asked for this seldom. */
    static final long KEY_FRAME_RETRY_NS = 5_000_000_000L;

    private final LayerFilter filter = new LayerFilter();
    private final RtpRewriter rewriter;
    private boolean asked;
    private long askedNs;

    Thinning(RtpRewriter rewriter) {
        this.rewriter = rewriter;
    }

    /** As {@link PlayerTrack#limit}. */
    boolean limit(PublishedTrack source, int spatial, int temporal, long budgetBps, long nowNs) {
        filter.limit(spatial, temporal, source.maxSpatial(), source.maxTemporal());
        filter.budget(budgetBps, nowNs);
        if (filter.isOpen()) {
            rewriter.endPicturesAt(LayerFilter.ALL);
            return false;
        }
        boolean needed = filter.needsKeyFrame() || filter.waitsForKeyFrame(nowNs);
        if (!needed || asked && nowNs - askedNs < KEY_FRAME_RETRY_NS) {
            return false;
        }
        asked = true;
        askedNs = nowNs;
        return true;
    }

    /** Whether nothing is left out any more. */
    boolean isOver() {
        return filter.isOpen();
    }

    /** Whether the player gets the record; if not, the numbers of what follows close up. */
    boolean passes(PacketLogReader record, long nowNs) {
        if (!filter.passes(record, nowNs)) {
            rewriter.skip(record);
            return false;
        }
        if (filter.takeResumed()) {
            rewriter.restartCounters();
        }
        rewriter.endPicturesAt(filter.spatial());
        return true;
    }

    /** Whether the record that passed last is the last of its picture that passes. */
    boolean endsPicture() {
        return filter.endsPicture();
    }

    /** Whether pictures are left out up to the next key frame. */
    boolean isStarving() {
        return filter.isStarving();
    }
}
