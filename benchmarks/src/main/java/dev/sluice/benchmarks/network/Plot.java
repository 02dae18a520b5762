package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.compare.chart.Chart.Point;
import dev.sluice.benchmarks.compare.chart.Chart.Series;
import dev.sluice.benchmarks.compare.chart.Timeline;
import dev.sluice.benchmarks.compare.chart.Timeline.Panel;
import dev.sluice.benchmarks.network.Frames.Freeze;
import dev.sluice.benchmarks.network.relay.Way;
import java.util.ArrayList;
import java.util.List;

/** One profile over time: rate, delay, frames, layers. Immutable. */
final class Plot {
    private static final int BIN_MS = 500;

    private final Outcome outcome;
    private final long beginMs;
    private final long endMs;

    Plot(Outcome outcome) {
        this.outcome = outcome;
        beginMs = outcome.recording().beginMs();
        endMs = outcome.recording().endMs();
    }

    /** The whole file. */
    String svg() {
        List<Series> rates = new ArrayList<>();
        List<Series> delays = new ArrayList<>();
        List<Series> frames = new ArrayList<>();
        List<Series> heights = new ArrayList<>();
        List<Scene.Seen> players = outcome.recording().players();
        for (int i = 0; i < players.size(); i++) {
            String name = players.size() == 1 ? "player" : "player " + (i + 1);
            Frames shown = Frames.of(players.get(i).notes());
            rates.add(new Series(name, rates(Statistics.of(players.get(i).notes()))));
            delays.add(new Series(name, delays(shown)));
            frames.add(new Series(name, counts(shown)));
            heights.add(new Series(name, heights(shown)));
        }
        Way way = outcome.profile().players().getFirst().down();
        if (!way.rates().isEmpty()) {
            rates.add(new Series("the way carries", capacity(way)));
            delays.add(new Series("waiting on the way", queue(players.getFirst().samples())));
        }
        List<Timeline.Span> freezes = Frames.of(players.getFirst().notes()).freezes(beginMs, endMs).stream()
                .map(this::span)
                .toList();
        return new Timeline(
                        outcome.server() + ", " + outcome.profile().name() + ": "
                                + outcome.profile().about(),
                        (endMs - beginMs) / 1_000.0,
                        freezes,
                        List.of(
                                new Panel("kbit/s", rates),
                                new Panel("ms, drawn to shown", delays),
                                new Panel("frames/s", frames),
                                new Panel("lines", heights)))
                .svg();
    }

    private Timeline.Span span(Freeze freeze) {
        return new Timeline.Span(seconds(freeze.fromMs()), seconds(freeze.toMs()));
    }

    private double seconds(long timeMs) {
        return (timeMs - beginMs) / 1_000.0;
    }

    private List<Point> rates(Statistics statistics) {
        List<Point> points = new ArrayList<>();
        for (long fromMs = beginMs; fromMs + BIN_MS <= endMs; fromMs += BIN_MS) {
            long toMs = fromMs + BIN_MS;
            double seconds = statistics.seconds(fromMs, toMs);
            if (seconds > 0) {
                double bytes = statistics.growth("video", "bytes", fromMs, toMs)
                        + statistics.growth("audio", "bytes", fromMs, toMs);
                points.add(new Point(seconds(toMs), bytes * 8 / 1_000 / seconds));
            }
        }
        return points;
    }

    private List<Point> delays(Frames shown) {
        List<Point> points = new ArrayList<>();
        for (long fromMs = beginMs; fromMs + BIN_MS <= endMs; fromMs += BIN_MS) {
            double ms = shown.delayMs(fromMs, fromMs + BIN_MS, 0.5);
            if (!Double.isNaN(ms)) {
                points.add(new Point(seconds(fromMs + BIN_MS / 2), ms));
            }
        }
        return points;
    }

    private List<Point> counts(Frames shown) {
        List<Point> points = new ArrayList<>();
        for (long fromMs = beginMs; fromMs + BIN_MS <= endMs; fromMs += BIN_MS) {
            double count = shown.between(fromMs, fromMs + BIN_MS).size();
            points.add(new Point(seconds(fromMs + BIN_MS / 2), count * 1_000 / BIN_MS));
        }
        return points;
    }

    /** A step at each change. */
    private List<Point> heights(Frames shown) {
        List<Point> points = new ArrayList<>();
        int before = -1;
        for (Frames.Frame frame : shown.between(beginMs, endMs)) {
            if (frame.height() != before) {
                if (before >= 0) {
                    points.add(new Point(seconds(frame.timeMs()), before));
                }
                points.add(new Point(seconds(frame.timeMs()), frame.height()));
                before = frame.height();
            }
        }
        if (before >= 0) {
            points.add(new Point(seconds(endMs), before));
        }
        return points;
    }

    private List<Point> capacity(Way way) {
        List<Point> points = new ArrayList<>();
        int before = way.kbps(0);
        points.add(new Point(0, before));
        for (Way.Rate rate : way.rates()) {
            if (rate.fromMs() > 0 && rate.fromMs() < endMs - beginMs) {
                points.add(new Point(rate.fromMs() / 1_000.0, before));
                points.add(new Point(rate.fromMs() / 1_000.0, rate.kbps()));
                before = rate.kbps();
            }
        }
        points.add(new Point(seconds(endMs), before));
        return points;
    }

    private List<Point> queue(List<Sampler.Sample> samples) {
        return samples.stream()
                .map(each -> new Point(seconds(each.timeMs()), each.queueMs()))
                .toList();
    }
}
