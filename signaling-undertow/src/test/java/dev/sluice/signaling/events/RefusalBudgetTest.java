package dev.sluice.signaling.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusalBudgetTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RefusalBudget budget = new RefusalBudget();

    @Test
    void shouldLetSoManyThroughInASecondAndCountTheOthers() {
        long nowNs = -5;
        for (int i = 0; i < RefusalBudget.PER_SECOND; i++) {
            assertEquals(0, budget.take(nowNs));
        }
        for (int i = 0; i < 1_000; i++) {
            assertEquals(-1, budget.take(nowNs + i));
        }
        assertEquals(1_000, budget.take(nowNs + SECOND));
        assertEquals(0, budget.take(nowNs + SECOND));
    }

    @Test
    void shouldTellOfALimitOnceInTenSecondsWithAllThatItRefused() {
        assertEquals(1, budget.reached("a", 0));
        for (int i = 1; i <= 99; i++) {
            assertEquals(0, budget.reached("a", i));
        }
        assertEquals(1, budget.reached("b", 100));
        assertEquals(100, budget.reached("a", 10 * SECOND));
    }

    @Test
    void shouldKeepABoundedNumberOfLimits() {
        for (int i = 0; i < 100_000; i++) {
            assertEquals(1, budget.reached("limit " + i, i));
        }
    }
}
