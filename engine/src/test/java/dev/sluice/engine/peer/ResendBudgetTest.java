package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ResendBudgetTest {
    private final ResendBudget budget = new ResendBudget();
    private long nowNs = -5;

    private int taken(int packets, long streamBps) {
        int taken = 0;
        while (taken < packets && budget.take(1_000, streamBps, Long.MAX_VALUE, nowNs)) {
            taken++;
        }
        return taken;
    }

    @Test
    void shouldAllowABurstThenHalfOfTheStream() {
        assertEquals(250, taken(10_000, 8_000_000), "a quarter of a second");
        assertFalse(budget.take(1_000, 8_000_000, Long.MAX_VALUE, nowNs));
        int taken = 0;
        for (int i = 0; i < 1_000; i++) {
            nowNs += 10_000_000;
            taken += taken(10_000, 8_000_000);
        }
        assertEquals(5_000, taken, 10);
    }

    @Test
    void shouldAllowNoLongerBurstThanAQuarterOfASecondOfTheWay() {
        int taken = 0;
        while (taken < 100 && budget.take(1_000, 8_000_000, 480_000, nowNs)) {
            taken++;
        }
        assertEquals(15, taken);
        nowNs += 3_600_000_000_000L;
        assertTrue(budget.take(1_000, 8_000_000, 480_000, nowNs));
        while (taken < 100 && budget.take(1_000, 8_000_000, 10_000, nowNs)) {
            taken++;
        }
        assertEquals(15 + 4, taken, "a few packets on any way");
    }

    @Test
    void shouldAllowALittleWhereTheStreamIsUnknown() {
        assertEquals(65, taken(10_000, 0));
        nowNs += 1_000_000_000;
        assertEquals(62, taken(10_000, 0), 1);
    }

    @Test
    void shouldSaveUpNoMoreThanTheBurst() {
        assertTrue(budget.take(1_000, 8_000_000, Long.MAX_VALUE, nowNs));
        nowNs += 3_600_000_000_000L;
        assertEquals(250, taken(10_000, 8_000_000));
    }

    @Test
    void shouldLoseNothingWhenAskedOften() {
        taken(10_000, 500_000);
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            nowNs += 100_000;
            taken += taken(10_000, 500_000);
        }
        assertEquals(620, taken, 10);
    }
}
