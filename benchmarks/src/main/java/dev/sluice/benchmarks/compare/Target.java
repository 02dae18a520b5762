package dev.sluice.benchmarks.compare;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * A figure that is aimed at. Immutable.
 *
 * @param figure what is measured
 * @param unit of it
 * @param wanted the target
 * @param atLeast whether more is better
 * @param scaling what a slower or faster machine does to it
 */
record Target(String figure, String unit, double wanted, boolean atLeast, Scaling scaling) {
    /** How a figure depends on the machine's speed. */
    enum Scaling {
        NONE(Double.NaN),
        /** A time: a slower machine takes longer. */
        TIME(-1),
        /** So many in a second. */
        RATE(1);

        private final double power;

        Scaling(double power) {
            this.power = power;
        }

        /** @param factor this machine's C floor over the one that targets were set with */
        DoubleUnaryOperator by(double factor) {
            return value -> Double.isNaN(power) || Double.isNaN(factor) ? value : value * Math.pow(factor, power);
        }
    }

    /**
     * Cells of a row: figure, target, measured, scaled, verdict.
     *
     * @param measured NaN when it was not
     * @param why it was not, or another remark; may be empty
     */
    String[] row(double measured, double factor, String why) {
        double scaled = scaling.by(factor).applyAsDouble(measured);
        String verdict;
        if (Double.isNaN(measured)) {
            verdict = "not measured";
        } else if (atLeast ? scaled >= wanted : scaled <= wanted) {
            verdict = "met";
        } else {
            double missedBy = atLeast ? wanted / scaled : scaled / wanted;
            verdict = String.format(Locale.ROOT, "missed, %.2f ×", missedBy);
        }
        String text = why.isEmpty() ? verdict : verdict + ": " + why;
        String aim = (atLeast ? "≥ " : "≤ ") + plain(wanted) + " " + unit;
        String own = Double.isNaN(measured) ? "–" : Table.number(measured) + " " + unit;
        String other = scaling == Scaling.NONE || Double.isNaN(measured) ? "" : Table.number(scaled);
        return new String[] {figure, aim.strip(), own.strip(), other, text};
    }

    private static String plain(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.2f", value).replaceFirst("0$", "");
    }
}
