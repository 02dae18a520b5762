package dev.sluice.benchmarks.load.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void shouldBeEmptyWhenNothingWasRecorded() {
        Histogram histogram = new Histogram();
        assertEquals(0, histogram.count());
        assertEquals(0, histogram.quantileNs(0.99));
    }

    @Test
    void shouldGiveSmallTimesExactly() {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= 100; i++) {
            histogram.record(i);
        }
        assertEquals(50, histogram.quantileNs(0.5));
        assertEquals(99, histogram.quantileNs(0.99));
        assertEquals(100, histogram.quantileNs(1));
    }

    @Test
    void shouldBeWithinItsPrecisionWhenTimesAreRandom() {
        SplittableRandom random = new SplittableRandom(3);
        Histogram histogram = new Histogram();
        long[] times = random.longs(10_000, 0, 50_000_000_000L)
                .map(value -> value >> random.nextInt(30))
                .toArray();
        Arrays.stream(times).forEach(histogram::record);
        Arrays.sort(times);
        for (double part : new double[] {0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
            long exact = times[(int) Math.ceil(part * times.length) - 1];
            long told = histogram.quantileNs(part);
            assertTrue(told >= exact && told <= exact * 1.016 + 1, () -> part + ": " + told + " for " + exact);
        }
    }

    @Test
    void shouldKeepTheLargestAndTakeWhatIsOutOfRange() {
        Histogram histogram = new Histogram();
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE);
        assertEquals(0, histogram.quantileNs(0.5));
        assertEquals((1L << 40) - 1, histogram.maxNs());
    }

    @Test
    void shouldAddAnother() {
        Histogram one = new Histogram();
        Histogram other = new Histogram();
        one.record(10);
        other.record(1_000_000);
        one.add(other);
        assertEquals(2, one.count());
        assertEquals(1_000_000, one.maxNs());
    }
}
