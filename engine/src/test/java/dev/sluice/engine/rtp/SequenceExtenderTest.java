package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceExtenderTest {
    @Test
    void shouldCountOnWhenSequenceWraps() {
        SequenceExtender extender = new SequenceExtender();
        assertEquals(-1, extender.highest());
        long first = extender.extend(65534);
        assertEquals(first + 1, extender.extend(65535));
        assertEquals(first + 2, extender.extend(0));
        assertEquals(first - 1, extender.extend(65533));
        assertEquals(first + 3, extender.extend(1));
        assertEquals(first + 3, extender.highest());
    }

    @Test
    void shouldStayPositiveWhenPacketsBeforeTheFirstComeLate() {
        SequenceExtender extender = new SequenceExtender();
        long first = extender.extend(3);
        assertEquals(first - 5, extender.extend(65534));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldFollowAnyWalkWithReorderingAndLoss(long seed) {
        Random random = new Random(seed);
        SequenceExtender extender = new SequenceExtender();
        long truth = 65536 + random.nextInt(65536);
        long highest = truth;
        assertEquals(truth, extender.extend((int) truth & 0xffff));
        for (int i = 0; i < 100_000; i++) {
            int step = random.nextInt(100) == 0 ? random.nextInt(32_000) : random.nextInt(4);
            truth = random.nextInt(10) == 0 ? highest - random.nextInt(1000) : highest + step;
            highest = Math.max(highest, truth);
            assertEquals(truth, extender.extend((int) truth & 0xffff), "seed " + seed);
            assertEquals(highest, extender.highest());
        }
    }
}
