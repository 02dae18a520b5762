package dev.sluice.engine.peer;

import dev.sluice.engine.congestion.WaySimulation;
import dev.sluice.engine.congestion.WaySimulation.Flow;
import dev.sluice.engine.rtcp.PublicationClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * What Chromium sends of a moving picture of 960×540, as it was measured: three sizes, three temporal layers in each, and twice as
 * much in one second as in another. Players on a simulated way get of it what a {@link LayerSelector} each says. Confined to one
 * test.
 */
final class SimulatedLayers implements AutoCloseable {
    private static final long MS = 1_000_000L;
    private static final long WINDOW_NS = 1_000 * MS;
    private static final long SWING_NS = 3_700 * MS;
    private static final double SWING = 0.4;
    private static final int FRAMES = 30;
    private static final long SOUND_BPS = 32_000;
    private static final long[] USUAL_BPS = {155_000, 350_000, 1_190_000};
    private static final int[] HEIGHTS = {135, 270, 540};
    /** The temporal layers of four frames, and how much larger each layer's are than the mean. */
    private static final int[] TEMPORAL = {0, 2, 1, 2};

    private static final double[] WEIGHT = {1.6, 0.8, 0.8};
    private static final double KEY_FRAME = 5;

    private final LogMemory memory = new LogMemory(64 << 10, 16 << 10, Long.MAX_VALUE);
    private final List<PublishedTrack> tracks = new ArrayList<>();
    private final LayerPoint[] points = new LayerPoint[USUAL_BPS.length];
    private final WaySimulation way;
    private final double phase;
    private long windowNs;

    SimulatedLayers(WaySimulation way) {
        this.way = way;
        phase = way.random.nextDouble();
        for (int i = 0; i < points.length; i++) {
            PublishedTrack track =
                    memory.open(SimulcastSource.video(List.of("a", "b", "c")), i, new PublicationClock());
            track.dimensions(HEIGHTS[i] * 16 / 9 << 16 | HEIGHTS[i]);
            track.flowing(true);
            track.layerRates(new LayerRates());
            tracks.add(track);
            points[i] = new LayerPoint(track, 0);
        }
        windowNs = way.nowNs - 4 * WINDOW_NS;
        measure();
    }

    private double swing(long atNs) {
        return 1 + SWING * Math.sin(2 * Math.PI * (atNs / (double) SWING_NS + phase));
    }

    /** The bitrates of the seconds that are over, as the publisher's loop tells them. */
    private void measure() {
        while (way.nowNs - windowNs >= WINDOW_NS) {
            for (int i = 0; i < points.length; i++) {
                PublishedTrack track = tracks.get(i);
                long bytes = 0;
                for (int frame = 0; frame < FRAMES; frame++) {
                    int temporal = TEMPORAL[frame % TEMPORAL.length];
                    double now = swing(windowNs + frame * WINDOW_NS / FRAMES);
                    int frameBytes = (int) (USUAL_BPS[i] / 8.0 / FRAMES * WEIGHT[temporal] * now);
                    track.layerRates().onPacket(temporal << LayerSelectorTest.TEMPORAL_SHIFT, frameBytes);
                    bytes += frameBytes;
                }
                track.layerRates().onWindow(WINDOW_NS);
                track.bitrateBps(8 * bytes);
            }
            windowNs += WINDOW_NS;
        }
    }

    Player join() {
        Player player = new Player();
        player.flow = way.add(player);
        return player;
    }

    @Override
    public void close() {
        tracks.forEach(track -> track.log().release());
    }

    /** One player, which is asked for the bitrate of each frame. */
    final class Player implements LongUnaryOperator {
        /** A decision each tenth of a second. */
        private static final int DECISION_FRAMES = 3;
        /** A layer's key frame is there so long after it was asked for. */
        private static final int SWITCH_FRAMES = 4;
        /** {@link WaySimulation} makes a key frame of each such; Chromium makes none that nobody asks for. */
        private static final int PERIODIC_FRAMES = 300;

        private final LayerSelector selector = new LayerSelector();
        private final int[] shown = new int[USUAL_BPS.length];
        private Flow flow;
        private LayerPoint sent;
        private int frame;
        private int awaited;
        private int frames;
        private int passed;
        private int changes;

        Flow flow() {
            return flow;
        }

        /** Counts from now on. */
        void clear() {
            flow.clear();
            Arrays.fill(shown, 0);
            frames = 0;
            passed = 0;
            changes = 0;
        }

        /** Of the time, in which this size was shown. */
        double shareOf(int size) {
            return shown[size] / (double) frames;
        }

        int changes() {
            return changes;
        }

        @Override
        public long applyAsLong(long assumedBps) {
            measure();
            if (frame % DECISION_FRAMES == 0) {
                decide();
            }
            boolean isKey = sent == null || sent != selector.target() && ++awaited >= SWITCH_FRAMES;
            if (isKey) {
                changes++;
                awaited = 0;
                sent = selector.target();
            }
            int size = Arrays.asList(points).indexOf(sent);
            int temporal = TEMPORAL[frame % TEMPORAL.length];
            boolean passes = isKey || temporal <= most();
            double share = (isKey ? KEY_FRAME : WEIGHT[temporal]) / (frame % PERIODIC_FRAMES == 0 ? KEY_FRAME : 1);
            shown[size]++;
            frame++;
            frames++;
            passed += passes ? 1 : 0;
            return SOUND_BPS + (long) (passes ? USUAL_BPS[size] * swing(way.nowNs) * share : 0);
        }

        /** As {@link PlayerLayers}: a layer that is about to be left for a lower one is thinned out. */
        private int most() {
            if (sent == selector.target()) {
                return selector.temporal();
            }
            return sent.bitrateBps() > selector.target().bitrateBps() ? 0 : PublishedTrack.MAX_TEMPORAL;
        }

        private void decide() {
            if (flow == null) {
                selector.update(points, Long.MAX_VALUE, false, way.nowNs);
                return;
            }
            long estimateBps = flow.estimator.estimateBps();
            long availableBps = estimateBps == Long.MAX_VALUE ? estimateBps : Math.max(0, estimateBps - SOUND_BPS);
            boolean keepsUp = flow.estimator.isHeard() && flow.estimator.queueNs() < 20 * MS;
            selector.update(points, availableBps, keepsUp, way.nowNs);
            flow.estimator.setWantedBps(SOUND_BPS + LayerSelector.roomBps(points[points.length - 1].bitrateBps()));
        }

        @Override
        public String toString() {
            return String.format(
                    "%s, sizes %.2f/%.2f/%.2f, %.0f frames/s, %d changes",
                    flow, shareOf(0), shareOf(1), shareOf(2), (double) FRAMES * passed / frames, changes);
        }
    }
}
