package dev.sluice.engine.peer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The layers of a publication's picture and their order by what they carry: a RID's name or place says nothing (one
 * sender's {@code h} is the high layer, another's the half one). Safe for many threads; kept up to date by the publisher's
 * loop.
 */
final class VideoLayers {
    private static final LayerPoint[] NONE = {};
    private static final Comparator<LayerPoint> BY_BITRATE = Comparator.comparingLong(LayerPoint::bitrateBps);
    private static final Comparator<LayerPoint> BY_SIZE =
            Comparator.comparingLong(LayerPoint::pixels).thenComparing(BY_BITRATE);

    private final PublishedTrack[] slots;
    private volatile LayerPoint[] points = NONE;

    /** @param slots all layers that were agreed on, in the order of the agreement */
    VideoLayers(List<PublishedTrack> slots) {
        this.slots = slots.toArray(PublishedTrack[]::new);
        update();
    }

    /** All that were agreed on, whether anything comes or not. */
    PublishedTrack[] slots() {
        return slots;
    }

    /** Those that flow, from least to most. Another array when one comes, goes or changes places. */
    LayerPoint[] points() {
        return points;
    }

    /** Where a player begins of whose way nothing is known: in the middle; null where there is no picture. */
    PublishedTrack start() {
        LayerPoint[] flowing = points;
        if (flowing.length != 0) {
            return flowing[flowing.length / 2].track();
        }
        return slots.length == 0 ? null : slots[0];
    }

    /** What the best that can be had needs of a way, with the room that a step up asks for. */
    long mostBps() {
        LayerPoint[] flowing = points;
        if (flowing.length == 0) {
            return 0;
        }
        long bitrateBps = flowing[flowing.length - 1].bitrateBps();
        return flowing.length == 1 ? bitrateBps : LayerSelector.roomBps(bitrateBps);
    }

    /** Whether there may be more than one quality: several layers were agreed on, or were seen within the picture. */
    boolean isLayered() {
        return slots.length > 1 || slots.length == 1 && slots[0].layerRates() != null;
    }

    /** Looks anew which layers flow and what they carry. On the publisher's loop. */
    void update() {
        List<LayerPoint> flowing = new ArrayList<>();
        for (PublishedTrack track : slots) {
            if (track.isFlowing()) {
                for (int spatial = 0; spatial <= track.maxSpatial(); spatial++) {
                    flowing.add(new LayerPoint(track, spatial));
                }
            }
        }
        boolean sized = flowing.stream().allMatch(point -> point.dimensions() != 0);
        flowing.sort(sized ? BY_SIZE : BY_BITRATE);
        LayerPoint[] next = flowing.toArray(LayerPoint[]::new);
        if (!Arrays.equals(next, points)) {
            points = next;
        }
    }
}
