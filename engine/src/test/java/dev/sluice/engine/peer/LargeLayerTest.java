package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtcp.PublicationClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link LayerSelector} makes of three sizes with three temporal layers each: of the largest half of the frames will do. */
class LargeLayerTest {
    private static final long MS = 1_000_000L;
    private static final int ALL = PublishedTrack.MAX_TEMPORAL;

    private final LogMemory memory = new LogMemory(64 << 10, 16 << 10, Long.MAX_VALUE);
    private final List<PublishedTrack> tracks = new ArrayList<>();
    private final LayerPoint[] points = new LayerPoint[3];
    private final LayerSelector selector = new LayerSelector();
    private long nowNs = 5_000_000_000L;
    private boolean keepsUp;

    @AfterEach
    void release() {
        tracks.forEach(track -> track.log().release());
    }

    @Test
    void shouldRiseToHalfOfTheFramesWhereAllDoNotFit() {
        open(540);
        pass(500, 300_000);
        assertSame(points[0], selector.target());
        pass(1_500, 1_000_000);
        assertSame(points[2], selector.target());
        assertEquals(1, selector.temporal());
        pass(60_000, 1_000_000);
        assertSame(points[2], selector.target());
        assertEquals(1, selector.temporal());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 360, 479})
    void shouldHaveAllFramesOfASmallerSizeRatherThanHalfOfASmallPicture(int lines) {
        open(lines);
        pass(500, 300_000);
        pass(60_000, 1_000_000);
        assertSame(points[1], selector.target());
        assertEquals(ALL, selector.temporal());
    }

    @Test
    void shouldNotRiseToHalfOfTheFramesWithoutRoomToSpare() {
        open(540);
        pass(500, 300_000);
        pass(60_000, 900_000);
        assertSame(points[1], selector.target());
        assertEquals(ALL, selector.temporal());
    }

    @Test
    void shouldBeginWithHalfOfTheFramesWhereAllJustFit() {
        open(540);
        pass(500, 300_000);
        pass(1_100, 1_500_000);
        assertSame(points[2], selector.target());
        pass(3_000, 1_500_000);
        assertEquals(1, selector.temporal());
        pass(1_200, 1_500_000);
        assertEquals(ALL, selector.temporal());
    }

    @Test
    void shouldBeginWithAllFramesOnAWideWay() {
        open(540);
        pass(500, 300_000);
        pass(1_100, 3_000_000);
        assertSame(points[2], selector.target());
        assertEquals(ALL, selector.temporal());
    }

    @Test
    void shouldStayForADipInWhichAQuarterOfTheFramesFits() {
        open(540);
        pass(500, 300_000);
        pass(2_000, 1_000_000);
        pass(800, 600_000);
        assertSame(points[2], selector.target());
        assertEquals(0, selector.temporal());
        pass(1_200, 1_000_000);
        assertSame(points[2], selector.target());
        assertEquals(1, selector.temporal());
        pass(1_200, 600_000);
        assertSame(points[1], selector.target());
    }

    @Test
    void shouldLeaveSoonWhereNotEvenAQuarterOfTheFramesFits() {
        open(540);
        pass(500, 300_000);
        pass(2_000, 1_000_000);
        pass(400, 450_000);
        assertSame(points[1], selector.target());
    }

    /** The seconds of a moving picture that have more than the way carries follow those that have less. */
    @Test
    void shouldSettleWhereAllFramesFitInSomeSecondsOnly() {
        open(540);
        pass(500, 300_000);
        int changes = 0;
        for (int i = 0; i < 120; i++) {
            int before = selector.temporal();
            rate(i % 4 < 2 ? 1.3 : 0.7);
            pass(1_000, 1_350_000);
            changes += i > 10 && before != selector.temporal() ? 1 : 0;
        }
        assertSame(points[2], selector.target());
        assertEquals(0, changes);
    }

    @ParameterizedTest
    @ValueSource(ints = {360, 540})
    void shouldTryAllFramesLaterEachTimeThatWasWrong(int lines) {
        open(lines);
        pass(3_000, 3_000_000);
        int tries = 0;
        for (int i = 0; i < 1_200; i++) {
            int before = selector.temporal();
            // A way that looks wide enough whenever it is not used.
            pass(100, before == ALL ? 1_150_000 : 1_400_000);
            tries += before != ALL && selector.temporal() == ALL ? 1 : 0;
            assertSame(points[2], selector.target());
        }
        assertTrue(tries >= 3 && tries <= 8, tries + " tries in two minutes");
    }

    private void pass(long ms, long estimateBps) {
        for (long at = 0; at < ms; at += 100) {
            nowNs += 100 * MS;
            selector.update(points, estimateBps, keepsUp, nowNs);
        }
    }

    /** A phone's picture may stand on its side: 360 × 640 is no larger than 640 × 360. */
    @Test
    void shouldTakeTheShorterSideForTheLines() {
        open(360);
        tracks.forEach(track -> track.dimensions(track.dimensions() << 16 | track.dimensions() >>> 16));
        assertEquals(points[2].track().maxTemporal(), points[2].leastTemporal());
        open(540);
    }

    private void open(int lines) {
        for (int i = 0; i < points.length; i++) {
            PublishedTrack track =
                    memory.open(SimulcastSource.video(List.of("a", "b", "c")), i, new PublicationClock());
            int height = lines >> 2 - i;
            track.dimensions(height * 16 / 9 << 16 | height);
            track.flowing(true);
            tracks.add(track);
            points[i] = new LayerPoint(track, 0);
        }
        rate(1);
    }

    /** What came during the last second: of the largest 520, 260 and 520 kbit/s, and a fourth and a twelfth of that. */
    private void rate(double factor) {
        int divisor = 12;
        for (PublishedTrack track : tracks) {
            long bitrateBps = (long) (1_300_000 * factor) / divisor;
            LayerRates rates = new LayerRates();
            int[] fifths = {2, 1, 2};
            for (int i = 0; i < fifths.length; i++) {
                rates.onPacket(i << LayerSelectorTest.TEMPORAL_SHIFT, (int) (bitrateBps / 8 * fifths[i] / 5));
            }
            rates.onWindow(1_000 * MS);
            track.layerRates(rates);
            track.bitrateBps(bitrateBps);
            divisor = divisor == 12 ? 4 : 1;
        }
    }
}
