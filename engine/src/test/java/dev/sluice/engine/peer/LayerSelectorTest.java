package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtcp.PublicationClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSelectorTest {
    private static final long MS = 1_000_000L;
    /** As in {@link dev.sluice.engine.rtp.PayloadDescription}. */
    static final int TEMPORAL_SHIFT = 20;

    private final LogMemory memory = new LogMemory(64 << 10, 16 << 10, Long.MAX_VALUE);
    private final List<PublishedTrack> tracks = new ArrayList<>();
    private final LayerPoint[] points = points(150_000, 500_000, 1_700_000);
    private final LayerSelector selector = new LayerSelector();
    private long nowNs = 5_000_000_000L;
    private boolean keepsUp;

    @AfterEach
    void release() {
        tracks.forEach(track -> track.log().release());
    }

    @ParameterizedTest
    @CsvSource({"60000,0", "400000,0", "800000,1", "1500000,1", "3000000,2"})
    void shouldStayOnTheLayerThatFitsASteadyWay(long wayBps, int fitting) {
        Random random = new Random(wayBps);
        int moves = 0;
        LayerPoint before = null;
        for (int i = 0; i < 1_200; i++) {
            // A tenth up and down, as an estimate swings.
            pass(100, wayBps * (90 + random.nextInt(20)) / 100);
            moves += before != null && before != selector.target() ? 1 : 0;
            before = selector.target();
        }
        assertSame(points[fitting], selector.target());
        assertTrue(moves <= 2, moves + " moves in two minutes");
    }

    @Test
    void shouldGoDownSoonAndUpLater() {
        pass(3_000, 3_000_000);
        assertSame(points[2], selector.target());
        pass(100, 600_000);
        pass(300, 600_000);
        assertSame(points[1], selector.target());
        pass(500, 3_000_000);
        assertSame(points[1], selector.target());
        pass(1_000, 3_000_000);
        assertSame(points[2], selector.target());
    }

    @Test
    void shouldNotFollowADipOfOneEstimate() {
        pass(3_000, 3_000_000);
        pass(100, 100_000);
        pass(1_000, 3_000_000);
        assertSame(points[2], selector.target());
    }

    @Test
    void shouldStayForAKeyFrameThatArrivesAndLeaveForOneThatDoesNot() {
        pass(3_000, 1_800_000);
        assertSame(points[2], selector.target());
        tracks.get(2).bitrateBps(2_400_000);
        keepsUp = true;
        pass(1_000, 1_800_000);
        assertSame(points[2], selector.target());
        tracks.get(2).bitrateBps(1_700_000);
        pass(1_000, 1_800_000);
        tracks.get(2).bitrateBps(2_400_000);
        keepsUp = false;
        pass(400, 1_800_000);
        assertSame(points[1], selector.target());
    }

    @Test
    void shouldNotStayOnALayerThatIsTooMuchForSeconds() {
        pass(3_000, 1_800_000);
        keepsUp = true;
        for (int second = 0; second < 6; second++) {
            tracks.get(2).bitrateBps(2_400_000);
            pass(1_000, 1_800_000);
        }
        assertSame(points[1], selector.target());
    }

    @Test
    void shouldNotGoUpForASecondInWhichALayerWasLess() {
        pass(3_000, 1_500_000);
        tracks.get(2).bitrateBps(1_000_000);
        pass(1_500, 1_500_000);
        assertSame(points[1], selector.target());
    }

    /** The picture moves more in one second than in another: what carries the layer on average does not carry it. */
    @Test
    void shouldNotGoUpBetweenTheFullerSecondsOfALayer() {
        pass(3_000, 1_000_000);
        long[] seconds = {2_380_000, 1_700_000, 1_020_000, 1_020_000, 1_700_000};
        for (int second = 0; second < 60; second++) {
            tracks.get(2).bitrateBps(seconds[second % seconds.length]);
            pass(1_000, 1_700_000);
            assertSame(points[1], selector.target(), "second " + second);
        }
        pass(2_000, 2_600_000);
        assertSame(points[2], selector.target());
    }

    @Test
    void shouldTryAgainLaterEachTimeAStepUpWasWrong() {
        int ups = 0;
        LayerPoint before = null;
        for (int i = 0; i < 1_200; i++) {
            // A way that looks wide whenever it is not used.
            boolean high = selector.target() == points[2];
            pass(100, high ? 900_000 : 2_500_000);
            ups += before != null && before != points[2] && selector.target() == points[2] ? 1 : 0;
            before = selector.target();
        }
        assertTrue(ups <= 8, ups + " steps up in two minutes");
    }

    @Test
    void shouldReachTheTopInTenSecondsWhenTheWayIsWideAgain() {
        pass(3_000, 3_000_000);
        pass(20_000, 450_000);
        assertSame(points[0], selector.target());
        pass(10_000, 3_000_000);
        assertSame(points[2], selector.target());
    }

    @Test
    void shouldThinALayerOutBeforeItIsLeft() {
        temporal(2, 850_000, 340_000, 510_000);
        pass(3_000, 3_000_000);
        assertEquals(PublishedTrack.MAX_TEMPORAL, selector.temporal());
        pass(200, 1_500_000);
        assertEquals(PublishedTrack.MAX_TEMPORAL, selector.temporal());
        pass(500, 1_500_000);
        assertEquals(1, selector.temporal());
        pass(4_000, 1_500_000);
        assertSame(points[2], selector.target());
        pass(1_000, 1_500_000);
        assertSame(points[1], selector.target());
    }

    @Test
    void shouldThinAtOnceWhatIsFarTooMuch() {
        temporal(2, 850_000, 340_000, 510_000);
        pass(3_000, 3_000_000);
        pass(100, 950_000);
        assertSame(points[2], selector.target());
        assertEquals(0, selector.temporal());
    }

    @Test
    void shouldGiveAllFramesAgainWhenTheLayerFitsAndArrives() {
        temporal(2, 850_000, 340_000, 510_000);
        pass(3_000, 3_000_000);
        pass(600, 1_500_000);
        assertEquals(1, selector.temporal());
        pass(2_000, 1_650_000);
        assertEquals(1, selector.temporal());
        keepsUp = true;
        pass(1_200, 1_650_000);
        assertEquals(PublishedTrack.MAX_TEMPORAL, selector.temporal());
        assertSame(points[2], selector.target());
    }

    @Test
    void shouldSayWhenEvenTheLowestIsTooMuch() {
        pass(2_000, 100_000);
        assertSame(points[0], selector.target());
        assertTrue(selector.isStarved());
        pass(2_000, 200_000);
        assertFalse(selector.isStarved());
    }

    @Test
    void shouldGiveTheViewerWhatWasChosen() {
        pass(3_000, Long.MAX_VALUE);
        assertSame(points[2], selector.target());
        selector.choose(LayerChoice.of(points[0]));
        pass(100, Long.MAX_VALUE);
        assertSame(points[0], selector.target());
        selector.choose(LayerChoice.of(points[2]));
        pass(100, 300_000);
        assertSame(points[2], selector.target());
        selector.choose(new LayerChoice(-1, -1, 3, 400, 0));
        pass(3_000, Long.MAX_VALUE);
        assertSame(points[1], selector.target());
        selector.choose(LayerChoice.AUTO);
        pass(3_000, Long.MAX_VALUE);
        assertSame(points[2], selector.target());
    }

    @Test
    void shouldChooseItselfWhileTheChosenLayerIsGone() {
        selector.choose(LayerChoice.of(points[2]));
        pass(100, 3_000_000);
        LayerPoint[] two = {points[0], points[1]};
        selector.update(two, 3_000_000, keepsUp, nowNs);
        assertSame(points[1], selector.target());
    }

    @Test
    void shouldKeepItsTargetWhileNothingFlows() {
        selector.update(new LayerPoint[0], 1_000_000, keepsUp, nowNs);
        assertNull(selector.target());
        pass(100, 1_000_000);
        LayerPoint target = selector.target();
        selector.update(new LayerPoint[0], 1_000_000, keepsUp, nowNs);
        assertSame(target, selector.target());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldStayWithinBoundsWhateverTheEstimatesAre(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            tracks.get(random.nextInt(3)).bitrateBps(random.nextLong() >>> 1 + random.nextInt(62));
            long estimate = random.nextInt(10) == 0 ? 0 : random.nextLong() >>> 1 + random.nextInt(62);
            selector.choose(new LayerChoice(
                    random.nextInt(6) - 2,
                    random.nextInt(4) - 1,
                    random.nextInt(4),
                    random.nextInt(2_000) - 100,
                    random.nextInt(2_000) - 100));
            nowNs += random.nextInt(1_000) * MS;
            selector.update(points, estimate, keepsUp, nowNs);
            assertTrue(List.of(points).contains(selector.target()), "seed " + seed);
            assertTrue(selector.temporal() >= 0 && selector.temporal() <= 3, "seed " + seed);
        }
    }

    @Test
    void shouldTakeTheMiddleOfAnUnknownWayFirst() {
        selector.update(points, Long.MAX_VALUE, keepsUp, nowNs);
        assertEquals(points[1], selector.target());
    }

    private void pass(long ms, long estimateBps) {
        for (long at = 0; at < ms; at += 100) {
            nowNs += 100 * MS;
            selector.update(points, estimateBps, keepsUp, nowNs);
        }
    }

    /** Temporal layers within one simulcast layer. */
    private void temporal(int layer, long... bitrates) {
        LayerRates rates = new LayerRates();
        for (int i = 0; i < bitrates.length; i++) {
            rates.onPacket(i << TEMPORAL_SHIFT, (int) bitrates[i] / 8);
        }
        rates.onWindow(1_000 * MS);
        tracks.get(layer).layerRates(rates);
    }

    private LayerPoint[] points(long... bitrates) {
        LayerPoint[] list = new LayerPoint[bitrates.length];
        for (int i = 0; i < list.length; i++) {
            PublishedTrack track =
                    memory.open(SimulcastSource.video(List.of("a", "b", "c")), i, new PublicationClock());
            track.bitrateBps(bitrates[i]);
            track.dimensions(160 << 16 + i | 90 << i);
            track.flowing(true);
            tracks.add(track);
            list[i] = new LayerPoint(track, 0);
        }
        return list;
    }
}
