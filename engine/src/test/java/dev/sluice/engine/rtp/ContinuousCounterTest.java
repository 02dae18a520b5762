package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ContinuousCounterTest {
    private final ContinuousCounter counter = new ContinuousCounter();

    @Test
    void shouldPassTheFirstSourceUnchanged() {
        assertEquals(32766, counter.map(32766, 15));
        assertEquals(32767, counter.map(32767, 15));
        assertEquals(0, counter.map(0, 15));
        assertEquals(32767, counter.map(32767, 15));
        assertEquals(5, counter.map(5, 15));
    }

    @Test
    void shouldGoOnByOneWhenSourceChanges() {
        counter.map(100, 15);
        counter.map(99, 15);
        counter.switchSource();
        assertEquals(101, counter.map(7000, 15));
        assertEquals(103, counter.map(7002, 15));
        assertEquals(102, counter.map(7001, 15));
        counter.switchSource();
        assertEquals(104, counter.map(0, 15));
    }

    @Test
    void shouldStayContinuousModuloWhenFieldsHaveOtherWidths() {
        counter.map(20_000, 15);
        counter.switchSource();
        for (int i = 0; i < 300; i++) {
            assertEquals(20_001 + i & 0x7f, counter.map(90 + i & 0x7f, 7));
        }
        counter.switchSource();
        assertEquals(20_301, counter.map(3, 15));
    }

    @Test
    void shouldWrapWithinItsBits() {
        counter.map(255, 8);
        counter.switchSource();
        assertEquals(0, counter.map(17, 8));
        assertEquals(255, counter.map(16, 8));
    }
}
