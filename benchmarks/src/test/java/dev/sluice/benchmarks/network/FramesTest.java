package dev.sluice.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.benchmarks.network.Frames.Frame;
import dev.sluice.benchmarks.network.Frames.Freeze;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FramesTest {
    /** Every 33 ms from 1,000 to 3,970, but for a second from 2,023 on; smaller ones behind that. */
    private static Frames paused() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i <= 90; i++) {
            long timeMs = 1_000 + 33L * i;
            if (i <= 31 || timeMs >= 3_000) {
                frames.add(new Frame(timeMs, i < 10 ? -1 : 50 + i, i <= 31 ? 540 : 270));
            }
        }
        return new Frames(frames);
    }

    @Test
    void shouldReadTheNotesOfTheBrowser() throws IOException {
        Frames frames = Frames.of(new ObjectMapper().readTree("{\"frames\":[[1000,40,540],[1033,-1,270]]}"));
        assertEquals(List.of(new Frame(1_000, 40, 540), new Frame(1_033, -1, 270)), frames.between(0, 2_000));
        assertEquals(1_000, frames.firstMs());
    }

    @Test
    void shouldFindAFreezeWhenFramesStayOut() {
        assertEquals(List.of(new Freeze(2_023, 3_013)), paused().freezes(1_000, 3_970));
        assertEquals(990, paused().longestPauseMs(1_000, 3_970));
    }

    @Test
    void shouldCountOnlyWhatLiesWithinTheTime() {
        assertEquals(List.of(new Freeze(2_500, 2_800)), paused().freezes(2_500, 2_800));
        assertTrue(paused().freezes(1_000, 2_100).isEmpty());
    }

    @Test
    void shouldFindEachFreezeWhenAlmostAllIsFrozen() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            frames.add(new Frame(3_000L * i, 50, 540));
            frames.add(new Frame(3_000L * i + 40, 50, 540));
        }
        assertEquals(10, new Frames(frames).freezes(0, 30_000).size());
    }

    @Test
    void shouldCountAFreezeThatHasNotEnded() {
        assertEquals(List.of(new Freeze(3_970, 6_000)), paused().freezes(3_500, 6_000));
        assertEquals(2_030, paused().longestPauseMs(3_500, 6_000));
    }

    @Test
    void shouldBeFrozenAllTheTimeWhenNothingWasShown() {
        Frames none = new Frames(List.of());
        assertEquals(List.of(new Freeze(1_000, 3_000)), none.freezes(1_000, 3_000));
        assertEquals(2_000, none.longestPauseMs(1_000, 3_000));
        assertEquals(-1, none.firstMs());
        assertTrue(Double.isNaN(none.delayMs(1_000, 3_000, 0.5)));
    }

    @Test
    void shouldTellDelaysOfFramesWhoseClockCouldBeRead() {
        assertEquals(60, paused().delayMs(1_000, 3_970, 0), 0);
        assertEquals(139, paused().delayMs(1_000, 3_970, 1), 0);
    }

    /** As a burst out of the log shows old frames first. */
    @Test
    void shouldTellWhenFramesWereNoOlderThanLaterOnes() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            frames.add(new Frame(5_000 + i * 33, i < 10 ? 1_500 - i * 140 : 50 + i % 2 * 10, 540));
        }
        assertEquals(5_000 + 10 * 33, new Frames(frames).liveMs(8_300));
        assertEquals(-1, new Frames(List.of()).liveMs(8_300));
    }

    @Test
    void shouldTellHeightsByTime() {
        Map<Integer, Double> heights = paused().heights(1_000, 3_970);
        assertEquals(List.of(270, 540), List.copyOf(heights.keySet()));
        assertEquals(2_013 / 2_970.0, heights.get(540), 1e-9);
        assertEquals(1, paused().switches(1_000, 3_970));
        assertEquals(540, paused().topHeight());
    }

    @Test
    void shouldTellWhenTheHeightChanged() {
        assertEquals(3_013, paused().changeMs(1_500, 3_970));
        assertEquals(-1, paused().changeMs(1_500, 2_900));
        assertEquals(1_528, paused().reachedMs(540, 1_500, 3_000));
        assertEquals(-1, paused().reachedMs(540, 1_500, 3_970));
    }
}
