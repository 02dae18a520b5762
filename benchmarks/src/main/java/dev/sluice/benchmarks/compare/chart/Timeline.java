package dev.sluice.benchmarks.compare.chart;

import dev.sluice.benchmarks.compare.chart.Chart.Point;
import dev.sluice.benchmarks.compare.chart.Chart.Series;
import java.util.List;
import java.util.Locale;

/**
 * Several panels of curves above each other over the same seconds. Immutable.
 *
 * @param spans shaded in all panels
 */
public record Timeline(String title, double seconds, List<Span> spans, List<Panel> panels) {
    private static final int WIDTH = 720;
    private static final int LEFT = 64;
    private static final int RIGHT = 24;
    private static final int TOP = 76;
    private static final int BOTTOM = 48;
    private static final int LEGEND_Y = 54;
    private static final int LETTER = 7;
    private static final int PANEL = 110;
    private static final int GAP = 22;

    /** From a second to another one. */
    public record Span(double from, double to) {}

    /** Curves with a scale of their own; a series of the same name has the same colour in all panels. */
    public record Panel(String yLabel, List<Series> series) {
        double highest() {
            return series.stream()
                    .flatMap(each -> each.points().stream())
                    .mapToDouble(Point::y)
                    .max()
                    .orElse(1);
        }
    }

    public Timeline {
        spans = List.copyOf(spans);
        panels = List.copyOf(panels);
    }

    /** The whole file. */
    public String svg() {
        int height = TOP + panels.size() * (PANEL + GAP) - GAP + BOTTOM;
        StringBuilder out = new StringBuilder();
        out.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n",
                WIDTH, height, WIDTH, height));
        out.append("<title>").append(Chart.escape(title)).append("</title>\n").append(Chart.STYLE);
        out.append(format("<rect width=\"%d\" height=\"%d\" style=\"fill:var(--ground)\"/>\n", WIDTH, height));
        Chart.text(out, "title", "start", LEFT, 28, title);
        legend(out);
        for (int i = 0; i < panels.size(); i++) {
            panel(out, panels.get(i), TOP + i * (PANEL + GAP));
        }
        Axis x = Axis.linear(seconds);
        for (double tick : x.ticks()) {
            if (tick <= seconds) {
                Chart.text(out, "", "middle", xAt(tick), height - BOTTOM + 18, Axis.label(tick));
            }
        }
        Chart.text(out, "", "middle", (LEFT + WIDTH - RIGHT) / 2.0, height - 10, "seconds");
        return out.append("</svg>\n").toString();
    }

    /** All names, each once. */
    private List<String> names() {
        return panels.stream()
                .flatMap(panel -> panel.series().stream())
                .map(Series::name)
                .distinct()
                .toList();
    }

    private void legend(StringBuilder out) {
        double x = LEFT;
        List<String> names = names();
        for (int i = 0; i < names.size(); i++) {
            out.append(format(
                    "<rect x=\"%.1f\" y=\"%d\" width=\"12\" height=\"12\" rx=\"2\" style=\"fill:var(--s%d)\"/>\n",
                    x, LEGEND_Y - 11, i));
            Chart.text(out, "", "start", x + 18, LEGEND_Y, names.get(i));
            x += 18 + LETTER * names.get(i).length() + 24;
        }
    }

    private void panel(StringBuilder out, Panel panel, int top) {
        for (Span span : spans) {
            double from = xAt(span.from());
            out.append(format(
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" style=\"fill:var(--grid);opacity:0.6\"/>\n",
                    from, top, Math.max(1, xAt(span.to()) - from), PANEL));
        }
        Axis y = Axis.linear(panel.highest());
        for (double tick : y.ticks()) {
            double at = yAt(y, tick, top);
            out.append(format(
                    "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                    tick == 0 ? "axis" : "grid", LEFT, WIDTH - RIGHT, at, at));
            Chart.text(out, "", "end", LEFT - 8, at + 4, Axis.label(tick));
        }
        List<String> names = names();
        for (Series series : panel.series()) {
            StringBuilder way = new StringBuilder();
            for (Point point : series.points()) {
                way.append(format("%s%.1f %.1f", way.isEmpty() ? "M" : " L", xAt(point.x()), yAt(y, point.y(), top)));
            }
            out.append(format(
                    "<path d=\"%s\" style=\"fill:none;stroke-width:1.5;stroke:var(--s%d)\"/>\n",
                    way, names.indexOf(series.name())));
        }
        Chart.text(out, "", "start", LEFT + 4, top - 5, panel.yLabel());
    }

    private double xAt(double second) {
        return LEFT + second / seconds * (WIDTH - LEFT - RIGHT);
    }

    private static double yAt(Axis axis, double value, int top) {
        return top + PANEL - axis.position(value) * PANEL;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
