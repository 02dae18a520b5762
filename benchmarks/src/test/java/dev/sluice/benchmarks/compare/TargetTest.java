package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.sluice.benchmarks.compare.Target.Scaling;
import org.junit.jupiter.api.Test;

class TargetTest {
    @Test
    void shouldScaleATimeByHowMuchSlowerTheMachineIs() {
        Target target = new Target("cost", "µs", 1.7, false, Scaling.TIME);
        assertArrayEquals(new String[] {"cost", "≤ 1.7 µs", "3.00 µs", "1.50", "met"}, target.row(3, 2, ""));
        assertArrayEquals(
                new String[] {"cost", "≤ 1.7 µs", "3.40 µs", "3.40", "missed, 2.00 ×: 2 of 3 runs count"},
                target.row(3.4, Double.NaN, "2 of 3 runs count"));
    }

    @Test
    void shouldWantAtLeastARate() {
        Target target = new Target("rate", "", 1_500, true, Scaling.RATE);
        assertArrayEquals(new String[] {"rate", "≥ 1,500", "1,000", "2,000", "met"}, target.row(1_000, 2, ""));
        assertArrayEquals(
                new String[] {"rate", "≥ 1,500", "–", "", "not measured: no room"},
                target.row(Double.NaN, 2, "no room"));
    }
}
