package dev.sluice.engine.peer;

/**
 * One of the qualities that a publication's picture can be had in: a simulcast layer, or of one with spatial layers (SVC)
 * everything up to one of them. Immutable; what is measured of it changes.
 *
 * @param spatial the highest spatial layer, from 0
 */
public record LayerPoint(PublishedTrack track, int spatial) {
    /** From so many lines on a size less is missed more than every second frame. */
    private static final int LARGE_LINES = 480;

    /** With everything up to a temporal layer, received during the last second. */
    public long bitrateBps(int temporal) {
        return track.bitrateBps(spatial, temporal);
    }

    /** With all temporal layers. */
    public long bitrateBps() {
        return bitrateBps(PublishedTrack.MAX_TEMPORAL);
    }

    /** The same over the last seconds, in which a key frame or a swing of the encoder is not all; below a stream's top, of the last. */
    long usualBps() {
        return spatial == track.maxSpatial() ? track.usualBps() : bitrateBps();
    }

    /** The same with everything up to a temporal layer, as much of it as it was of the last second. */
    long usualBps(int temporal) {
        return share(usualBps(), temporal);
    }

    /** As {@link #usualBps()}, the fuller seconds weighed more: what it takes a way to carry those, too. */
    long fullerBps() {
        return spatial == track.maxSpatial() ? track.fullerBps() : bitrateBps();
    }

    /** The same with everything up to a temporal layer, as much of it as it was of the last second. */
    long fullerBps(int temporal) {
        return share(fullerBps(), temporal);
    }

    private long share(long wholeBps, int temporal) {
        long bitrateBps = bitrateBps();
        return bitrateBps == 0 ? 0 : (long) (wholeBps * ((double) bitrateBps(temporal) / bitrateBps));
    }

    /**
     * The least of temporal layers with which it is worth more than a smaller picture with all of them: a large one with half of its
     * frames, else all.
     */
    int leastTemporal() {
        int top = track.maxTemporal();
        int dimensions = dimensions();
        // A phone's picture may stand on its side.
        int lines = Math.min(dimensions >>> 16, dimensions & 0xffff);
        return top > 0 && lines >= LARGE_LINES ? top - 1 : top;
    }

    /** Width in the upper, height in the lower 16 bits; 0 when unknown. */
    public int dimensions() {
        return track.layerDimensions(spatial);
    }

    long pixels() {
        int dimensions = dimensions();
        return (dimensions >>> 16) * (dimensions & 0xffffL);
    }
}
