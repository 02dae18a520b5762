package dev.sluice.benchmarks.compare.chart;

import java.util.List;
import java.util.Locale;

/**
 * A picture of some series over numbers (curves) or over named groups (bars). Immutable.
 *
 * @param groups names along the x axis for bars, empty for curves
 */
public record Chart(String title, String xLabel, String yLabel, List<String> groups, List<Series> series) {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 64;
    private static final int RIGHT = 24;
    private static final int TOP = 76;
    private static final int BOTTOM = 56;
    private static final int LEGEND_Y = 54;
    private static final int LETTER = 7;

    /** Text and grid follow the reader's choice of light or dark. */
    static final String STYLE = """
            <style>
            svg { --ground: #ffffff; --text: #24292f; --faint: #656d76; --grid: #d0d7de;
                  --s0: #0969da; --s1: #bc4c00; --s2: #1a7f37; --s3: #8250df; --s4: #9a6700; }
            @media (prefers-color-scheme: dark) {
              svg { --ground: #0d1117; --text: #e6edf3; --faint: #9198a1; --grid: #30363d;
                    --s0: #58a6ff; --s1: #f0883e; --s2: #3fb950; --s3: #bc8cff; --s4: #d29922; } }
            text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: var(--faint); }
            .title { font-size: 16px; font-weight: 600; fill: var(--text); }
            .value { font-size: 12px; fill: var(--text); }
            .grid { stroke: var(--grid); } .axis { stroke: var(--faint); }
            </style>
            """;

    /** @param points x, and y by x; bars have the group's number as x */
    public record Series(String name, List<Point> points) {}

    public record Point(double x, double y) {}

    public Chart {
        if (series.stream().allMatch(each -> each.points().isEmpty())) {
            throw new IllegalArgumentException("nothing to draw: " + title);
        }
        groups = List.copyOf(groups);
        series = List.copyOf(series);
    }

    /** The whole file. */
    public String svg() {
        StringBuilder out = new StringBuilder();
        out.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n",
                WIDTH, HEIGHT, WIDTH, HEIGHT));
        out.append("<title>").append(escape(title)).append("</title>\n").append(STYLE);
        out.append(format("<rect width=\"%d\" height=\"%d\" style=\"fill:var(--ground)\"/>\n", WIDTH, HEIGHT));
        text(out, "title", "start", LEFT, 28, title);
        legend(out);
        Axis y = Axis.linear(series.stream()
                .flatMap(each -> each.points().stream())
                .mapToDouble(Point::y)
                .max()
                .orElse(1));
        grid(out, y);
        if (groups.isEmpty()) {
            curves(out, y);
        } else {
            bars(out, y);
        }
        text(out, "", "middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, xLabel);
        out.append(format(
                "<text text-anchor=\"middle\" transform=\"translate(16 %d) rotate(-90)\">%s</text>\n",
                (TOP + HEIGHT - BOTTOM) / 2, escape(yLabel)));
        return out.append("</svg>\n").toString();
    }

    private void legend(StringBuilder out) {
        double x = LEFT;
        for (int i = 0; i < series.size(); i++) {
            String name = series.get(i).name();
            out.append(format(
                    "<rect x=\"%.1f\" y=\"%d\" width=\"12\" height=\"12\" rx=\"2\" style=\"fill:var(--s%d)\"/>\n",
                    x, LEGEND_Y - 11, i));
            text(out, "", "start", x + 18, LEGEND_Y, name);
            x += 18 + LETTER * name.length() + 24;
        }
    }

    private static void grid(StringBuilder out, Axis y) {
        for (double tick : y.ticks()) {
            double at = yAt(y, tick);
            String kind = tick == 0 ? "axis" : "grid";
            out.append(format(
                    "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                    kind, LEFT, WIDTH - RIGHT, at, at));
            text(out, "", "end", LEFT - 8, at + 4, Axis.label(tick));
        }
    }

    private void curves(StringBuilder out, Axis y) {
        Axis x = Axis.logarithmic(series.stream()
                .flatMap(each -> each.points().stream())
                .map(Point::x)
                .toList());
        for (double tick : x.ticks()) {
            text(out, "", "middle", xAt(x, tick), HEIGHT - BOTTOM + 20, Axis.label(tick));
        }
        for (int i = 0; i < series.size(); i++) {
            StringBuilder way = new StringBuilder();
            for (Point point : series.get(i).points()) {
                way.append(format("%s%.1f %.1f", way.isEmpty() ? "M" : " L", xAt(x, point.x()), yAt(y, point.y())));
            }
            out.append(format("<path d=\"%s\" style=\"fill:none;stroke-width:2.5;stroke:var(--s%d)\"/>\n", way, i));
            // Values stand outside of the curves, so that close ones stay readable.
            int shift = i == highest() ? -10 : 20;
            for (Point point : series.get(i).points()) {
                out.append(format(
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" style=\"fill:var(--s%d)\"/>\n",
                        xAt(x, point.x()), yAt(y, point.y()), i));
                text(out, "value", "middle", xAt(x, point.x()), yAt(y, point.y()) + shift, value(point.y()));
            }
        }
    }

    /** The series with the highest values. */
    private int highest() {
        int highest = 0;
        for (int i = 1; i < series.size(); i++) {
            if (mean(series.get(i)) > mean(series.get(highest))) {
                highest = i;
            }
        }
        return highest;
    }

    private static double mean(Series of) {
        return of.points().stream().mapToDouble(Point::y).average().orElse(0);
    }

    private void bars(StringBuilder out, Axis y) {
        double slot = (double) (WIDTH - LEFT - RIGHT) / groups.size();
        double width = Math.min(64, slot * 0.8 / series.size());
        for (int group = 0; group < groups.size(); group++) {
            double middle = LEFT + slot * (group + 0.5);
            text(out, "", "middle", middle, HEIGHT - BOTTOM + 20, groups.get(group));
            for (int i = 0; i < series.size(); i++) {
                double left = middle + (i - series.size() / 2.0) * width + 2;
                for (Point point : series.get(i).points()) {
                    if (point.x() == group) {
                        double top = yAt(y, point.y());
                        out.append(format(
                                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" style=\"fill:var(--s%d)\"/>\n",
                                left, top, width - 4, HEIGHT - BOTTOM - top, i));
                        text(out, "value", "middle", left + width / 2 - 2, top - 6, value(point.y()));
                    }
                }
            }
        }
    }

    private static double xAt(Axis axis, double value) {
        int inset = 20;
        return LEFT + inset + axis.position(value) * (WIDTH - LEFT - RIGHT - 2 * inset);
    }

    private static double yAt(Axis axis, double value) {
        return HEIGHT - BOTTOM - axis.position(value) * (HEIGHT - TOP - BOTTOM);
    }

    static void text(StringBuilder out, String kind, String anchor, double x, double y, String text) {
        out.append(format(
                "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                kind, anchor, x, y, escape(text)));
    }

    private static String value(double value) {
        return format(value < 10 ? "%.2f" : "%.1f", value);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
