package dev.sluice.benchmarks.compare;

import dev.sluice.benchmarks.compare.chart.Chart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * One picture of the cost's dependence on one thing: its points, each a load, for each shape of traffic. Immutable.
 *
 * @param name of its file
 * @param values along the x axis; with named groups their numbers
 * @param groups names for bars, empty for a curve
 * @param load for a value and a shape
 * @param arguments more of them for the server, by value
 */
record Sweep(
        String name,
        String title,
        String xLabel,
        List<Integer> values,
        List<String> groups,
        Maker load,
        IntFunction<List<String>> arguments) {
    private static final int SIZE = 1_200;
    private static final int RATE = 100;
    /** A thousand streams of two players at more would fill the core; with more feedback that would be most of the work. */
    private static final int SLOW_RATE = 20;

    /** A load of a value and a shape. */
    interface Maker {
        LoadCase load(int value, String shape);
    }

    /** All of them, for one SRTP profile; quick ones show only that it works. */
    static Map<String, Sweep> all(String profile, boolean quick) {
        Map<String, Sweep> all = new LinkedHashMap<>();
        add(all, players(profile, quick));
        add(all, streams(profile, quick));
        add(all, loops(profile, quick));
        add(all, size(profile, quick));
        return all;
    }

    private static void add(Map<String, Sweep> to, Sweep sweep) {
        to.put(sweep.name(), sweep);
    }

    private static Sweep players(String profile, boolean quick) {
        return new Sweep(
                "players",
                "Cost against players: one stream of 100 packets/s",
                "players of one stream",
                quick ? List.of(2, 5) : List.of(10, 30, 100, 300, 1_000, 2_000),
                List.of(),
                (value, shape) -> new LoadCase(1, value, RATE, SIZE, shape, profile),
                value -> List.of());
    }

    private static Sweep streams(String profile, boolean quick) {
        int players = quick ? 6 : 2_000;
        List<Integer> streams = quick ? List.of(1, 3) : List.of(1, 200, 1_000);
        return new Sweep(
                "streams",
                String.format(
                        Locale.ROOT, "Cost against streams: %,d players, streams of %d packets/s", players, SLOW_RATE),
                "streams × players of each",
                List.of(0, 1, 2).subList(0, streams.size()),
                streams.stream()
                        .map(each -> String.format(Locale.ROOT, "%,d × %,d", each, players / each))
                        .toList(),
                (value, shape) -> new LoadCase(
                        streams.get(value),
                        players / streams.get(value),
                        SLOW_RATE,
                        SIZE,
                        shape,
                        profile,
                        List.of("--reports", "1")),
                value -> List.of());
    }

    private static Sweep loops(String profile, boolean quick) {
        int players = quick ? 4 : 600;
        return new Sweep(
                "loops",
                String.format(Locale.ROOT, "Cost against loops on the same cores: %,d players, 100 packets/s", players),
                "media loops",
                List.of(0, 1),
                List.of("1 loop", "2 loops"),
                (value, shape) -> new LoadCase(1, players, RATE, SIZE, shape, profile),
                value -> List.of("--loops", Integer.toString(value + 1)));
    }

    private static Sweep size(String profile, boolean quick) {
        int players = quick ? 3 : 300;
        return new Sweep(
                "size",
                String.format(Locale.ROOT, "Cost against packet size: %,d players, 250 packets/s", players),
                "bytes of an RTP packet",
                quick ? List.of(200, 1_200) : List.of(100, 200, 400, 800, 1_200),
                List.of(),
                (value, shape) -> new LoadCase(1, players, 250, value, shape, profile),
                value -> List.of());
    }

    /** A server for a value: Sluice with other arguments is another server to a trial. */
    String server(int value) {
        List<String> more = arguments.apply(value);
        return more.isEmpty() ? Compare.SLUICE : Compare.SLUICE + " " + String.join(" ", more);
    }

    Chart chart(List<String> shapes, Map<Trial.Row, Samples> samples) {
        List<Chart.Series> series = new ArrayList<>();
        for (String shape : shapes) {
            List<Chart.Point> points = new ArrayList<>();
            for (int value : values) {
                double us = samples.get(new Trial.Row(server(value), load.load(value, shape)))
                        .median(Measured::cpuUs);
                if (Double.isFinite(us)) {
                    points.add(new Chart.Point(value, us));
                }
            }
            series.add(new Chart.Series(named(shape), points));
        }
        return new Chart(title, xLabel, "server CPU per forwarded packet, µs", groups, series);
    }

    private static String named(String shape) {
        return switch (shape) {
            case "chromium" -> "as Chromium sends";
            case "even" -> "evenly spaced";
            case "uplink" -> "behind a slow uplink";
            default -> shape;
        };
    }
}
