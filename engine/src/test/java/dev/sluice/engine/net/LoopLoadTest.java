package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoopLoadTest {
    private static final long MS = 1_000_000L;

    private final LoopLoad load = new LoopLoad(0);

    @Test
    void shouldExpectTheLoadToGrowWithTheSessions() {
        for (long at = 0; at < 1_000; at += 10) {
            load.onCycle(at * MS, (at + 4) * MS, false, 100);
        }
        load.onCycle(1_000 * MS, 1_000 * MS, false, 100);
        assertEquals(40, load.expectedPercent(100));
        assertEquals(80, load.expectedPercent(200));
    }

    @Test
    void shouldSayTheLongestCycleOfTheLastSecondsAndForgetIt() {
        load.onCycle(0, 30 * MS, false, 1);
        load.onCycle(40 * MS, 42 * MS, false, 1);
        assertEquals(30 * MS, load.lateNs());
        for (long at = 50; at < 3_000; at += 10) {
            load.onCycle(at * MS, (at + 1) * MS, false, 1);
        }
        assertEquals(MS, load.lateNs());
    }

    @Test
    void shouldNotKnowHowLateItIsWhenDatagramsWereLeft() {
        load.onCycle(0, MS, true, 1);
        assertTrue(load.lateNs() >= 1_000 * MS);
    }

    @Test
    void shouldSayHowLongAgoTheLastCycleWas() {
        load.onCycle(10 * MS, 12 * MS, false, 1);
        assertEquals(3 * MS, load.sinceCycleNs(15 * MS));
        // The clock may be read before the cycle's end is.
        assertEquals(0, load.sinceCycleNs(11 * MS));
    }
}
