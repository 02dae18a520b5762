package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BellTest {
    private int calls;
    private final Bell bell = new Bell(() -> calls++);

    @Test
    void shouldWakeNobodyWhoIsAwake() {
        bell.ring();
        bell.fallAsleep();
        bell.wakeUp();
        bell.ring();
        assertEquals(0, calls);
    }

    @Test
    void shouldEndEachSleepOnceHoweverManyRing() {
        for (int sleep = 1; sleep <= 3; sleep++) {
            bell.fallAsleep();
            for (int ring = 0; ring < 1_000; ring++) {
                bell.ring();
            }
            assertEquals(sleep, calls);
            bell.wakeUp();
        }
    }

    /** A ringer that was about to end the sleep before this one must not keep another from ending this one. */
    @Test
    void shouldEndTheNextSleepThoughALateRingerTellsOfTheLast() {
        Runnable[] during = {() -> {}};
        int[] woken = new int[1];
        Bell late = new Bell(() -> {
            woken[0]++;
            during[0].run();
        });
        late.fallAsleep();
        during[0] = () -> {
            during[0] = () -> {};
            late.wakeUp();
            late.fallAsleep();
        };
        late.ring();
        late.ring();
        assertEquals(2, woken[0]);
    }
}
