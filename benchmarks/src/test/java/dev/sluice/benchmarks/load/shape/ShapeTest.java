package dev.sluice.benchmarks.load.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShapeTest {
    private static final Trace TWO_FRAMES =
            Trace.parse(List.of("# a comment", "0 1000 0", "100 1000 0", "200 1001 1", "40000 900 0", "40300 901 1"));

    @ParameterizedTest
    @EnumSource(Shape.Name.class)
    void shouldHaveTheWantedRateAndSize(Shape.Name name) {
        Shape shape = Shape.of(name, 250, 1_200);
        assertEquals(250.0, shape.packets() * 1e9 / shape.cycleNs(), 0.01);
        for (long i = 0; i < 3L * shape.packets(); i++) {
            assertTrue(shape.lengthBytes(i) <= 1_200 && shape.lengthBytes(i) >= 1_190);
            assertTrue(shape.atNs(i + 1) >= shape.atNs(i), "packets go in order");
            assertTrue(shape.frameNs(i) <= shape.atNs(i));
            assertEquals(shape.isLast(i), shape.isFirst(i + 1));
        }
    }

    @Test
    void shouldKeepGapsWithinFramesWhenFramesComeMoreSlowly() {
        Shape shape = Shape.traced(TWO_FRAMES, 25, 1_200, false);
        assertEquals(100_000, shape.atNs(1) - shape.atNs(0));
        assertEquals(300_000, shape.atNs(4) - shape.atNs(3));
        // The trace lasts 80 ms, five packets at 25/s last 200.
        assertEquals(100_000_000, shape.atNs(3));
        assertEquals(200_000_000, shape.atNs(5));
    }

    @Test
    void shouldSqueezeFramesWhenTheyComeFaster() {
        Shape shape = Shape.traced(TWO_FRAMES, 625, 1_200, false);
        assertEquals(10_000, shape.atNs(1) - shape.atNs(0));
        assertEquals(4_000_000, shape.atNs(3));
    }

    @Test
    void shouldKeepTheByteBetweenPacketsOfAFrame() {
        Shape shape = Shape.traced(TWO_FRAMES, 25, 1_200, false);
        assertEquals(1_199, shape.lengthBytes(0));
        assertEquals(1_200, shape.lengthBytes(2));
        assertEquals(1_199, shape.lengthBytes(3));
    }

    @Test
    void shouldSpreadFramesOverTheirTimeWhenTheUplinkIsSlow() {
        Shape shape = Shape.traced(TWO_FRAMES, 62, 1_200, true);
        long thirdNs = shape.atNs(3) / 3;
        assertEquals(thirdNs, shape.atNs(1), 2);
        assertEquals(2 * thirdNs, shape.atNs(2), 2);
    }

    @Test
    void shouldReplayWhatChromiumSends() {
        Trace trace = Trace.chromium();
        assertTrue(trace.frames().size() >= 100);
        for (Trace.Frame frame : trace.frames()) {
            long spanNs = frame.offsetNs()[frame.offsetNs().length - 1];
            assertTrue(spanNs < 5_000_000 && frame.offsetNs().length >= 8);
        }
    }
}
