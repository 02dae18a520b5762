package dev.sluice.engine.rtp;

/**
 * Decides which packets of one source a player gets when it is not to get all: up to a spatial and a temporal layer, and when
 * even the lowest is too much for its way, whole pictures as far as they fit, then nothing up to a key frame. What is let through
 * can always be decoded. Confined to one media loop.
 */
public final class LayerFilter {
    /** Take all there is. */
    public static final int ALL = PayloadDescription.MAX_LAYER;
    /** No budget: pictures pass whatever they cost. */
    public static final long NO_BUDGET = Long.MAX_VALUE;

    private static final long MAX_BUDGET_BPS = 1L << 32;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Bits that may be sent ahead of the budget, as time: a picture is never cut. */
    private static final long MAX_DEBT_NS = NANOS_PER_SECOND / 2;

    private int topSpatial = ALL;
    private int topTemporal = ALL;
    private int wantedSpatial = ALL;
    private int wantedTemporal = ALL;
    private int spatial = ALL;
    private int temporal = ALL;
    /** Frames of this layer and those above that others do without were left out since the last key frame. */
    private int brokenFrom = ALL + 1;

    private boolean endsPicture;
    private long budgetBps = NO_BUDGET;
    private long budgetBits;
    private long budgetNs;
    private boolean starving;
    private boolean resumed;

    /**
     * What is wanted from now on; layers are added where that is possible, at a key frame at the latest.
     *
     * @param maxSpatial the highest spatial layer
     * @param maxTemporal the highest temporal layer
     * @param topSpatial the highest that the source has: wanted up to there is {@link #ALL}
     * @param topTemporal the highest that the source has
     */
    public void limit(int maxSpatial, int maxTemporal, int topSpatial, int topTemporal) {
        wantedSpatial = maxSpatial >= topSpatial ? ALL : maxSpatial;
        wantedTemporal = maxTemporal >= topTemporal ? ALL : maxTemporal;
        this.topSpatial = topSpatial;
        this.topTemporal = topTemporal;
    }

    /** What the pictures may cost from now on, or {@link #NO_BUDGET}. */
    public void budget(long bitsPerSecond, long nowNs) {
        if (budgetBps == NO_BUDGET) {
            budgetBits = 0;
            budgetNs = nowNs;
        }
        budgetBps = bitsPerSecond == NO_BUDGET ? NO_BUDGET : Math.clamp(bitsPerSecond, 0, MAX_BUDGET_BPS);
    }

    /** Whether nothing is left out any more. */
    public boolean isOpen() {
        return !starving
                && budgetBps == NO_BUDGET
                && wantedSpatial == ALL
                && wantedTemporal == ALL
                && spatial == ALL
                && temporal == ALL
                && brokenFrom > ALL;
    }

    /** Whether the spatial layers wanted can only be had from a key frame on. */
    public boolean needsKeyFrame() {
        return wantedSpatial > spatial || wantedSpatial < spatial && brokenFrom <= wantedSpatial;
    }

    /** Whether pictures are left out up to the next key frame, and one could be paid for now. */
    public boolean waitsForKeyFrame(long nowNs) {
        if (starving) {
            refill(nowNs);
        }
        return starving && budgetBits > 0;
    }

    /** Whether pictures are left out up to the next key frame. */
    public boolean isStarving() {
        return starving;
    }

    /** Whether the player gets this record. */
    public boolean passes(PacketLogReader record, long nowNs) {
        int description = record.description();
        int ofSpatial = PayloadDescription.spatial(description);
        int ofTemporal = PayloadDescription.temporal(description);
        if (record.startsKeyFrame()) {
            onKeyFrame(nowNs);
        } else if (PayloadDescription.has(description, PayloadDescription.FRAME_START)) {
            onFrame(description, ofSpatial, ofTemporal, nowNs);
        }
        boolean passes = !starving && ofTemporal <= temporal && ofSpatial <= spatial;
        if (passes
                && spatial < ALL
                && ofSpatial < spatial
                && PayloadDescription.has(description, PayloadDescription.NOT_FOR_UPPER)) {
            brokenFrom = Math.min(brokenFrom, ofSpatial);
            passes = false;
        }
        if (passes && budgetBps != NO_BUDGET) {
            budgetBits -= 8L * record.dataLength();
        }
        endsPicture = passes
                && ofSpatial == spatial
                && spatial < ALL
                && PayloadDescription.has(description, PayloadDescription.FRAME_END);
        return passes;
    }

    private void onKeyFrame(long nowNs) {
        spatial = wantedSpatial;
        temporal = wantedTemporal;
        brokenFrom = ALL + 1;
        if (starving) {
            refill(nowNs);
            if (budgetBits >= 0) {
                starving = false;
                resumed = true;
            }
        }
    }

    private void onFrame(int description, int ofSpatial, int ofTemporal, long nowNs) {
        if (ofSpatial == 0) {
            onPicture(nowNs);
        }
        temporal = Math.min(temporal, wantedTemporal);
        if (ofTemporal == temporal + 1
                && ofTemporal <= wantedTemporal
                && PayloadDescription.has(description, PayloadDescription.SWITCH_UP)) {
            temporal = ofTemporal >= topTemporal ? ALL : ofTemporal;
        }
        if (ofSpatial == spatial + 1
                && ofSpatial <= wantedSpatial
                && !PayloadDescription.has(description, PayloadDescription.INTER_PICTURE)) {
            spatial = ofSpatial >= topSpatial ? ALL : ofSpatial;
        }
    }

    private void onPicture(long nowNs) {
        if (wantedSpatial < spatial && brokenFrom > wantedSpatial) {
            spatial = wantedSpatial;
        }
        if (budgetBps != NO_BUDGET && !starving) {
            refill(nowNs);
            starving = budgetBits < -(budgetBps * MAX_DEBT_NS / NANOS_PER_SECOND);
        }
    }

    private void refill(long nowNs) {
        if (budgetBps == NO_BUDGET) {
            budgetBits = Long.MAX_VALUE;
            return;
        }
        long elapsedNs = Math.min(nowNs - budgetNs, NANOS_PER_SECOND);
        budgetNs = nowNs;
        budgetBits = Math.min(budgetBits + budgetBps * elapsedNs / NANOS_PER_SECOND, budgetBps);
    }

    /** The highest spatial layer that passes now, {@link #ALL} for no limit. */
    public int spatial() {
        return spatial;
    }

    /** Whether the record that passed last is the last of its picture that passes. */
    public boolean endsPicture() {
        return endsPicture;
    }

    /** Whether pictures were left out up to the key frame that passed last; once. */
    public boolean takeResumed() {
        boolean result = resumed;
        resumed = false;
        return result;
    }
}
