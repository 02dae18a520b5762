package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.congestion.WaySimulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layers players get of what Chromium sends, on seeded ways in virtual time: after six seconds, for twenty. */
class LayerSimulationTest {
    private static final int SEEDS = 8;
    private static final long KBPS = 1_000;
    /** Of a way, what is left when each packet has its Internet and UDP headers. */
    private static final double WITHOUT_HEADERS = 0.97;

    @ParameterizedTest
    @CsvSource({"400, 0, 0.95", "800, 1, 0.95", "1500, 2, 0.95", "3000, 2, 0.95"})
    void shouldShowTheSizeThatFitsASteadyWay(long kbps, int size, double share) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            WaySimulation way = way(seed, kbps);
            try (SimulatedLayers layers = new SimulatedLayers(way)) {
                SimulatedLayers.Player player = layers.join();
                way.run(6_000);
                player.clear();
                way.run(20_000);
                String figures = "seed " + seed + ": " + player;
                assertTrue(player.shareOf(size) >= share && player.changes() <= 1, figures);
                assertTrue(player.flow().queueMs(95) < 300, figures);
            }
        }
    }

    /** Twice all frames of the largest size is too much, twice half of them is not. */
    @Test
    void shouldGiveTwoPlayersOnOneWayMuchTheSame() {
        double shares = 0;
        double useBps = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            WaySimulation way = way(seed, 2_000);
            try (SimulatedLayers layers = new SimulatedLayers(way)) {
                SimulatedLayers.Player first = layers.join();
                way.run(100 * seed);
                SimulatedLayers.Player second = layers.join();
                way.run(6_000);
                first.clear();
                second.clear();
                way.run(20_000);
                double sumBps = first.flow().arrivedBps() + second.flow().arrivedBps();
                shares += Math.min(first.flow().arrivedBps(), second.flow().arrivedBps()) / sumBps / SEEDS;
                useBps += sumBps / SEEDS;
            }
        }
        assertTrue(shares >= 0.4, "the lesser one's share is " + shares + " on average");
        assertTrue(useBps >= 1_100 * KBPS, "both together take " + useBps);
    }

    private static WaySimulation way(long seed, long kbps) {
        WaySimulation way = new WaySimulation(seed);
        long rateBps = (long) (kbps * KBPS * WITHOUT_HEADERS);
        way.rateBps = at -> rateBps;
        return way;
    }
}
