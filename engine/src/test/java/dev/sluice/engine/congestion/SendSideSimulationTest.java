package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the estimate does on seeded ways of many kinds: how much it uses, what queue it makes, how soon it gets there. */
class SendSideSimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long KBPS = 1_000;

    private WaySimulation way;
    private WaySimulation.Layers layers;
    private WaySimulation.Flow player;

    /** A player of three layers up to 1.5 Mbit/s, after ten seconds on the way. */
    private void layered(long seed, Consumer<WaySimulation> setUp) {
        way = new WaySimulation(seed);
        setUp.accept(way);
        layers = new WaySimulation.Layers(150 * KBPS, 500 * KBPS, 1_500 * KBPS);
        player = way.add(layers);
        player.estimator.setWantedBps(1_550 * KBPS);
        settle();
    }

    /** A sender that uses all of the estimate. */
    private WaySimulation.Flow elastic() {
        WaySimulation.Flow flow = way.add(estimate -> Math.min(estimate, 5_000 * KBPS));
        flow.estimator.setWantedBps(5_000 * KBPS);
        return flow;
    }

    private void settle() {
        way.run(10_000);
        way.flows.forEach(WaySimulation.Flow::clear);
        if (layers != null) {
            layers.switches = 0;
        }
    }

    private void check(boolean holds, long seed) {
        assertTrue(holds, () -> "seed " + seed + ": " + player);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldUseTheWayAndKeepItsQueueShortWhenTheSenderTakesAll(long seed) {
        way = new WaySimulation(seed);
        player = elastic();
        settle();
        way.run(60_000);
        check(player.arrivedBps() > 0.8 * 2_500 * KBPS, seed);
        check(player.queueMs(50) < 30 && player.queueMs(95) < 120, seed);
        check(player.lostPackets == 0, seed);
    }

    /** The layer that fits a steady way, nearly all of the time. */
    @ParameterizedTest
    @CsvSource({"400, 0", "800, 1", "1500, 1", "3000, 2", "10000, 2"})
    void shouldSettleOnTheLayerThatFitsWhenTheWayIsSteady(long kbps, int layer) {
        for (long seed = 1; seed <= 4; seed++) {
            layered(seed, w -> w.rateBps = at -> kbps * KBPS);
            way.run(60_000);
            check(layers.switches <= 1 && layers.current == layer, seed);
            check(player.queueMs(95) < 50, seed);
            check(player.within(0, 8 * kbps * KBPS) == 1, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldFallFastAndComeBackWhenTheRateStepsDownAndUp(long seed) {
        layered(seed, w -> w.rateBps = at -> at > 20 * SECOND && at < 40 * SECOND ? 500 * KBPS : 2_500 * KBPS);
        way.run(10_000);
        check(layers.current == 2, seed);
        way.run(1_000);
        check(layers.current == 0, seed);
        way.run(1_000);
        player.clear();
        way.run(1_000);
        check(player.queueMs(50) < 100, seed);
        way.run(17_000);
        way.run(10_000);
        check(layers.current == 2, seed);
    }

    /** The rate at which its queue drains is the narrowed way's; what the draining takes away comes back with its end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKnowANarrowedWayWithinHalfASecondAndUseItOnceTheQueueIsGone(long seed) {
        layered(seed, w -> w.rateBps = at -> at > 20 * SECOND ? 500 * KBPS : 2_500 * KBPS);
        way.run(10_500);
        check(player.estimator.assumedBps() < 500 * KBPS, seed);
        way.run(1_500);
        player.clear();
        way.run(3_000);
        check(player.within(390 * KBPS, 500 * KBPS) > 0.9, seed);
    }

    /** A queue of 300 ms, as routers have: the step down is losses, too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldComeBackWhenTheStepDownLostPackets(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> at > 20 * SECOND && at < 35 * SECOND ? 500 * KBPS : 2_500 * KBPS;
            w.queueBytes = 18_750;
        });
        way.run(12_000);
        check(player.lostPackets > 0 && layers.current == 0, seed);
        way.run(23_000);
        check(layers.current == 2, seed);
    }

    /** A newcomer gets what flows, here the top layer, until its way is known. */
    @ParameterizedTest
    @ValueSource(longs = {400, 800})
    void shouldLearnWithinASecondWhenTheWayIsFarTooNarrowFromTheStart(long kbps) {
        for (long seed = 1; seed <= 4; seed++) {
            way = new WaySimulation(seed);
            way.rateBps = at -> kbps * KBPS;
            layers = new WaySimulation.Layers(150 * KBPS, 500 * KBPS, 1_500 * KBPS);
            player = way.add(estimate ->
                    layers.applyAsLong(way.flows.getFirst().estimator.estimateBps()));
            player.estimator.setWantedBps(1_550 * KBPS);
            way.run(1_000);
            check(player.estimator.estimateBps() < kbps * KBPS && layers.current == 0, seed);
            way.run(2_500);
            player.clear();
            way.run(1_000);
            check(player.queueMs(95) < 50, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldFollowWhenTheRateRampsDown(long seed) {
        layered(seed, w -> w.rateBps = at -> Math.max(300 * KBPS, 3_000 * KBPS - at / SECOND * 90 * KBPS));
        way.run(40_000);
        check(player.queueMs(95) < 150 && layers.current == 0, seed);
        check(player.lostPackets < player.sentPackets / 100, seed);
    }

    /** Radio and Wi-Fi lose some whatever is sent: no reason to send less. */
    @ParameterizedTest
    @CsvSource({"0.02, 1", "0.05, 1", "0.02, 3"})
    void shouldKeepTheTopLayerWhenLossesAreTheWaysOwn(double loss, double burst) {
        for (long seed = 1; seed <= 4; seed++) {
            layered(seed, w -> {
                w.rateBps = at -> 6_000 * KBPS;
                w.loss = loss;
                w.burst = burst;
            });
            way.run(60_000);
            check(player.arrivedBps() > 1_200 * KBPS && layers.switches <= 2, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldGoDownWhenAThirdIsLost(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 6_000 * KBPS;
            w.loss = 0.33;
        });
        way.run(30_000);
        check(player.estimator.assumedBps() < 800 * KBPS, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldStayBelowWhenAPolicerDropsTheRest(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 100_000 * KBPS;
            w.policerBps = 1_000 * KBPS;
        });
        way.run(60_000);
        check(player.lostPackets < player.sentPackets * 0.03, seed);
        check(player.arrivedBps() > 500 * KBPS, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldSeldomTakeJitterForAQueueWhenTheWayIsWide(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 4_000 * KBPS;
            w.jitterMs = 15;
        });
        way.run(60_000);
        check(layers.current == 2 && layers.switches == 0, seed);
    }

    /** Nothing for 120 ms every three seconds, then all at once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldStayUpMostOfTheTimeWhenTheRadioStallsNowAndThen(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 20_000 * KBPS;
            w.jitterMs = 5;
            w.stallEveryNs = 3 * SECOND;
            w.stallNs = SECOND / 8;
        });
        way.run(60_000);
        check(player.within(1_600 * KBPS, Long.MAX_VALUE) > 0.9, seed);
    }

    /** A cell whose rate swings between 1 and 5 Mbit/s. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldStayInTheTroughsWhenTheRateSwings(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 3_000 * KBPS + (long) (2_000 * KBPS * Math.sin(at / 5e9 * 2 * Math.PI));
            w.jitterMs = 5;
        });
        way.run(60_000);
        check(player.arrivedBps() > 500 * KBPS && player.queueMs(95) < 80, seed);
        check(layers.switches <= 20, seed);
    }

    /** 3G: narrow, a long way, a deep queue. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKeepTheQueueShortWhenTheWayIsNarrowAndLong(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 780 * KBPS;
            w.delayNs = SECOND / 7;
            w.jitterMs = 8;
            w.queueBytes = 400_000;
        });
        way.run(60_000);
        check(player.queueMs(95) < 100 && player.arrivedBps() > 300 * KBPS, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldShareTheWayWhenTwoTakeAllTheyGet(long seed) {
        way = new WaySimulation(seed);
        way.rateBps = at -> 2_000 * KBPS;
        player = elastic();
        WaySimulation.Flow other = elastic();
        settle();
        way.run(60_000);
        double share = (double) player.arrivedBytes / (player.arrivedBytes + other.arrivedBytes);
        check(share > 0.3 && share < 0.7, seed);
        check(player.arrivedBps() + other.arrivedBps() > 1_500 * KBPS, seed);
        check(player.queueMs(95) < 150, seed);
    }

    /** What an estimate begins with is a guess, and the first probe knows better. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldNotGuessMoreThanItsFirstProbeFound(long seed) {
        way = new WaySimulation(seed);
        way.rateBps = at -> 600 * KBPS;
        player = way.add(new WaySimulation.Layers(150 * KBPS, 1_200 * KBPS, 1_500 * KBPS));
        player.estimator.setWantedBps(1_550 * KBPS);
        way.run(1_500);
        check(player.estimator.estimateBps() < 600 * KBPS, seed);
    }

    /** The upper layer of both does not fit, and one's must not push the other off its own. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldLeaveTheOtherItsLayerWhenTwoPlayersShareAWay(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 2_000 * KBPS;
            w.add(new WaySimulation.Layers(150 * KBPS, 500 * KBPS, 1_500 * KBPS))
                    .estimator
                    .setWantedBps(1_550 * KBPS);
        });
        way.run(60_000);
        double share = (double) player.arrivedBytes / (player.arrivedBytes + way.flows.getFirst().arrivedBytes);
        check(share > 0.35 && share < 0.65, seed);
        check(player.queueMs(95) < 60, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldMakeRoomAndComeBackWhenOthersUseTheWayForAWhile(long seed) {
        layered(seed, w -> {
            w.rateBps = at -> 2_500 * KBPS;
            w.crossBps = at -> at > 15 * SECOND && at < 30 * SECOND ? 1_700 * KBPS : 0;
        });
        way.run(7_000);
        player.clear();
        way.run(10_000);
        check(layers.current < 2 && player.lostPackets == 0, seed);
        way.run(38_000);
        check(layers.current == 2, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldWorkWhenAThirdOfTheFeedbackIsLost(long seed) {
        layered(seed, w -> w.rateBps = at -> 800 * KBPS);
        player.feedbackLoss = 0.33;
        way.run(60_000);
        check(layers.current == 1 && player.queueMs(95) < 60, seed);
    }
}
