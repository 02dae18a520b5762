package dev.sluice.benchmarks.floor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** One figure of each round. Confined to one thread. */
final class Samples {
    private double[] values = new double[0];

    void add(double value) {
        values = Arrays.copyOf(values, values.length + 1);
        values[values.length - 1] = value;
    }

    double last() {
        return values[values.length - 1];
    }

    double median() {
        return quantile(0.5);
    }

    /** Between neighbours in order, linearly. */
    private double quantile(double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Median, then the 10th to the 90th percentile in brackets. */
    String text(String format) {
        return String.format(
                Locale.ROOT, format + " (" + format + "–" + format + ")", median(), quantile(0.1), quantile(0.9));
    }

    Map<String, Object> json() {
        return Map.of("median", median(), "p10", quantile(0.1), "p90", quantile(0.9), "rounds", values.length);
    }
}
