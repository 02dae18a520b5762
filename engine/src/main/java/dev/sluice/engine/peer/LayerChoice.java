package dev.sluice.engine.peer;

/**
 * What a viewer chose: one layer, or bounds within which the server chooses. Immutable.
 *
 * @param slot number of the simulcast layer, −1 for any
 * @param spatial highest spatial layer (SVC), −1 for any
 * @param temporal highest temporal layer
 * @param maxWidth of the picture, 0 for any
 * @param maxHeight of the picture, 0 for any
 */
public record LayerChoice(int slot, int spatial, int temporal, int maxWidth, int maxHeight) {
    /** The server chooses. */
    public static final LayerChoice AUTO = new LayerChoice(-1, -1, PublishedTrack.MAX_TEMPORAL, 0, 0);

    /** This layer and no other while it flows. */
    public static LayerChoice of(LayerPoint point) {
        return new LayerChoice(point.track().slot(), point.spatial(), PublishedTrack.MAX_TEMPORAL, 0, 0);
    }

    /** Index of the least that is allowed; of all when nothing is; −1 of none. */
    int lowest(LayerPoint[] points) {
        for (int i = 0; i < points.length; i++) {
            if (allows(points[i])) {
                return i;
            }
        }
        return points.length == 0 ? -1 : 0;
    }

    /** Index of the most that is allowed; when nothing is, a bound takes the least and a layer that is gone all. */
    int highest(LayerPoint[] points) {
        for (int i = points.length - 1; i >= 0; i--) {
            if (allows(points[i])) {
                return i;
            }
        }
        return slot < 0 && spatial < 0 ? 0 : points.length - 1;
    }

    private boolean allows(LayerPoint point) {
        int dimensions = point.dimensions();
        return (slot < 0 || slot == point.track().slot())
                && (spatial < 0 || spatial == point.spatial())
                && (maxWidth == 0 || dimensions >>> 16 <= maxWidth)
                && (maxHeight == 0 || (dimensions & 0xffff) <= maxHeight);
    }
}
