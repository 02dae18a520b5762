package dev.sluice.benchmarks.compare.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where values lie between the two ends of an axis, and at which ones it is marked. Immutable.
 *
 * @param logarithmic whether equal factors are equal distances
 */
record Axis(double low, double high, boolean logarithmic, List<Double> ticks) {
    private static final int WANTED_TICKS = 5;

    /** From 0 to a round value at or above the highest. */
    static Axis linear(double highest) {
        double rough = Math.max(highest, 1e-9) / WANTED_TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power;
        for (double factor : new double[] {2, 5, 10}) {
            if (step < rough * (1 - 1e-9)) {
                step = factor * power;
            }
        }
        List<Double> ticks = new ArrayList<>();
        int last = (int) Math.ceil(highest / step - 1e-9);
        for (int i = 0; i <= Math.max(1, last); i++) {
            ticks.add(i * step);
        }
        return new Axis(0, ticks.getLast(), false, List.copyOf(ticks));
    }

    /** Over exactly these values, each of them marked. */
    static Axis logarithmic(List<Double> values) {
        List<Double> ticks = values.stream().distinct().sorted().toList();
        return new Axis(ticks.getFirst(), ticks.getLast(), true, ticks);
    }

    /** From 0 at the low end to 1 at the high one. */
    double position(double value) {
        if (low == high) {
            return 0.5;
        }
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    static String label(double value) {
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, "%.3f", value).replaceFirst("0+$", "");
    }
}
