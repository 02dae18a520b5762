package dev.sluice.engine.peer;

import dev.sluice.engine.rtp.PayloadDescription;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a track's spatial and temporal layers carry. Safe for many threads; written by the publisher's loop alone. A track has
 * one from its first packet of an upper layer on.
 */
final class LayerRates {
    private static final int LAYERS = PublishedTrack.MAX_TEMPORAL + 1;
    private static final int CELLS = (PublishedTrack.MAX_SPATIAL + 1) * LAYERS;

    private final long[] windowBytes = new long[CELLS];
    /** Of everything up to a spatial and a temporal layer. */
    private final AtomicLongArray bitrates = new AtomicLongArray(CELLS);

    private volatile int top;

    void onPacket(int description, int lengthBytes) {
        windowBytes[cell(PayloadDescription.spatial(description), PayloadDescription.temporal(description))] +=
                lengthBytes;
    }

    /** The window is over. */
    void onWindow(long elapsedNs) {
        int topSpatial = 0;
        int topTemporal = 0;
        for (int spatial = 0; spatial <= PublishedTrack.MAX_SPATIAL; spatial++) {
            for (int temporal = 0; temporal <= PublishedTrack.MAX_TEMPORAL; temporal++) {
                long bytes = 0;
                for (int s = 0; s <= spatial; s++) {
                    for (int t = 0; t <= temporal; t++) {
                        bytes += windowBytes[cell(s, t)];
                    }
                }
                bitrates.setOpaque(cell(spatial, temporal), (long) (bytes * 8e9 / elapsedNs));
                if (windowBytes[cell(spatial, temporal)] != 0) {
                    topSpatial = Math.max(topSpatial, spatial);
                    topTemporal = Math.max(topTemporal, temporal);
                }
            }
        }
        top = cell(topSpatial, topTemporal);
        Arrays.fill(windowBytes, 0);
    }

    /** The highest spatial layer of the last window. */
    int topSpatial() {
        return top / LAYERS;
    }

    /** The highest temporal layer of the last window. */
    int topTemporal() {
        return top % LAYERS;
    }

    long bitrateBps(int spatial, int temporal) {
        return bitrates.getOpaque(cell(spatial, temporal));
    }

    private static int cell(int spatial, int temporal) {
        return spatial * LAYERS + temporal;
    }
}
