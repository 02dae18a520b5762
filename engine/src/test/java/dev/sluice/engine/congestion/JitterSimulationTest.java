package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the estimate does where packets are late by themselves: 15 ms on average, up to 75, both ways, in order. */
class JitterSimulationTest {
    private static final long KBPS = 1_000;
    private static final long WIDE_BPS = 1_000_000 * KBPS;
    private static final double JITTER_MS = 15;

    private final WaySimulation.Layers layers = new WaySimulation.Layers(150 * KBPS, 500 * KBPS, 1_500 * KBPS);
    private WaySimulation.Flow player;

    private WaySimulation way(long seed, long rateBps) {
        WaySimulation way = new WaySimulation(seed);
        way.rateBps = at -> rateBps;
        way.spreadMs = JITTER_MS;
        return way;
    }

    private WaySimulation layered(long seed, long rateBps) {
        WaySimulation way = way(seed, rateBps);
        player = way.add(layers);
        player.estimator.setWantedBps(1_550 * KBPS);
        way.run(10_000);
        player.clear();
        layers.switches = 0;
        return way;
    }

    private void check(boolean holds, long seed) {
        assertTrue(holds, () -> "seed " + seed + ", " + layers.switches + " changes: " + player);
    }

    /** One layer of twice what an estimate begins with. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldLeaveAStreamItsBitrateWhenTheWayIsWide(long seed) {
        WaySimulation way = way(seed, WIDE_BPS);
        player = way.add(estimate -> 2_000 * KBPS);
        player.estimator.setWantedBps(2_000 * KBPS);
        way.run(10_000);
        player.clear();
        way.run(60_000);
        check(player.within(2_000 * KBPS, Long.MAX_VALUE) > 0.9, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKeepTheTopLayerWhenTheWayIsWide(long seed) {
        WaySimulation way = layered(seed, WIDE_BPS);
        way.run(60_000);
        check(layers.current == 2 && layers.switches <= 1, seed);
    }

    /** Jitter hides a short queue, not a long one. */
    @ParameterizedTest
    @CsvSource({"400, 140", "800, 450", "1500, 450"})
    void shouldTakeTheLayerThatFitsWhenTheWayIsNarrow(long kbps, long leastKbps) {
        for (long seed = 1; seed <= 4; seed++) {
            WaySimulation way = layered(seed, kbps * KBPS);
            way.run(60_000);
            check(player.arrivedBps() > leastKbps * KBPS && player.lostPackets == 0, seed);
            check(player.queueMs(50) < 15 && player.queueMs(95) < 150, seed);
        }
    }
}
