package dev.sluice.signaling.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sluice.signaling.admin.StatsHistory.Sample;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsHistoryTest {
    private static final long STEP_NS = StatsHistory.INTERVAL.toNanos();
    /** So much in a step is one kbit/s. */
    private static final long KBPS = 1_000 / 8 * StatsHistory.INTERVAL.toSeconds();

    private final StatsHistory history = new StatsHistory();
    /** Clocks of this kind may start anywhere, below zero too, and run over the end. */
    private long nowNs = Long.MAX_VALUE - 3 * STEP_NS;

    private void step(long steps, Sample all, Map<String, Sample> live) {
        nowNs += steps * STEP_NS;
        history.add(nowNs, all, live);
    }

    @Test
    void shouldBeEmptyBeforeTheFirstSample() {
        assertEquals(List.of(), history.server().players());
        assertNull(history.stream("cam"));
    }

    @Test
    void shouldTellBitratesFromBytesAndPlayers() {
        step(0, new Sample(0, 0, 0), Map.of());
        step(1, new Sample(700 * KBPS, 900 * KBPS, 2), Map.of("cam", new Sample(700 * KBPS, 900 * KBPS, 2)));
        step(1, new Sample(1_500 * KBPS, 900 * KBPS, 1), Map.of("cam", new Sample(1_500 * KBPS, 900 * KBPS, 1)));
        assertEquals(List.of(0, 700, 800), history.server().inputKbps());
        assertEquals(List.of(0, 900, 0), history.server().outputKbps());
        assertEquals(List.of(0, 2, 1), history.server().players());
        assertEquals(List.of(0, 0, 800), history.stream("cam").inputKbps());
        assertEquals(List.of(0, 2, 1), history.stream("cam").players());
    }

    @Test
    void shouldLeaveGapsWhereItWasNotAskedAndCountTheirTimeInTheNextBitrate() {
        step(0, new Sample(0, 0, 0), Map.of("cam", new Sample(0, 0, 0)));
        step(3, new Sample(300 * KBPS, 0, 0), Map.of("cam", new Sample(300 * KBPS, 0, 0), "late", new Sample(0, 0, 1)));
        assertEquals(Arrays.asList(0, null, null, 100), history.server().inputKbps());
        assertEquals(Arrays.asList(0, null, null, 100), history.stream("cam").inputKbps());
        assertEquals(Arrays.asList(0, null, null, 1), history.stream("late").players());
    }

    @Test
    void shouldTakeOneSampleOfASlotAndNoneFromThePast() {
        step(2, new Sample(0, 0, 1), Map.of());
        history.add(nowNs + STEP_NS / 4, new Sample(0, 0, 9), Map.of());
        history.add(nowNs - 5 * STEP_NS, new Sample(0, 0, 9), Map.of());
        assertEquals(List.of(1), history.server().players());
    }

    @Test
    void shouldNeverShowLessThanNothingWhenSumsFall() {
        step(0, new Sample(500 * KBPS, 500 * KBPS, 0), Map.of("cam", new Sample(500 * KBPS, 0, 0)));
        step(1, new Sample(0, 0, 0), Map.of("cam", new Sample(0, 0, 0)));
        assertEquals(List.of(0, 0), history.server().inputKbps());
        assertEquals(List.of(0, 0), history.stream("cam").inputKbps());
    }

    @Test
    void shouldKeepTenMinutesAndForgetStreamsThatWereNotLiveInThem() {
        Sample none = new Sample(0, 0, 0);
        step(0, none, Map.of("cam", new Sample(0, 0, 7)));
        for (int i = 1; i < StatsHistory.CAPACITY; i++) {
            step(1, new Sample(0, 0, i), Map.of());
        }
        assertEquals(StatsHistory.CAPACITY, history.server().players().size());
        assertEquals(7, history.stream("cam").players().getFirst());
        assertEquals(0, history.stream("cam").players().getLast());
        step(1, none, Map.of());
        assertEquals(StatsHistory.CAPACITY, history.server().players().size());
        assertEquals(1, history.server().players().getFirst());
        assertNull(history.stream("cam"));
    }

    @Test
    void shouldHaveNothingButNowAfterAVeryLongPause() {
        step(0, new Sample(0, 0, 3), Map.of("cam", new Sample(0, 0, 3)));
        step(1_000_000, new Sample(0, 0, 4), Map.of());
        List<Integer> players = history.server().players();
        assertEquals(4, players.getLast());
        assertEquals(
                Collections.nCopies(StatsHistory.CAPACITY - 1, null), players.subList(0, StatsHistory.CAPACITY - 1));
        assertNull(history.stream("cam"));
    }

    @Test
    void shouldBoundItsStreamsAndTakeNewOnesWhenOldOnesAreForgotten() {
        Map<String, Sample> many = new HashMap<>();
        for (int i = 0; i < StatsHistory.MAX_STREAMS; i++) {
            many.put("s" + i, new Sample(0, 0, 1));
        }
        step(0, new Sample(0, 0, 1), many);
        step(1, new Sample(0, 0, 1), Map.of("more", new Sample(0, 0, 1)));
        assertNull(history.stream("more"));
        assertNotNull(history.stream("s0"));
        step(StatsHistory.CAPACITY, new Sample(0, 0, 1), Map.of("more", new Sample(0, 0, 1)));
        assertNotNull(history.stream("more"));
        assertNull(history.stream("s0"));
    }
}
