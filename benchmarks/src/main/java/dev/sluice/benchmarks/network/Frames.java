package dev.sluice.benchmarks.network;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The frames that a player was shown, in order. Immutable. */
final class Frames {
    /**
     * As browsers count a freeze: longer than three mean intervals of the last 30 frames, and than one and 150 ms. But for intervals
     * that were freezes themselves: with those in the mean, a picture that moves every three seconds is none.
     */
    private static final int MEAN_OF = 30;

    private static final double FREEZE_FACTOR = 3;
    private static final double FREEZE_MS = 150;

    private static final int SETTLED_MS = 1_000;
    private static final int LIVE_MS = 40;

    /**
     * One frame.
     *
     * @param timeMs when it was shown, wall time
     * @param delayMs since it was drawn; −1 when its clock could not be read
     */
    record Frame(long timeMs, int delayMs, int height) {}

    /** A time without a new frame that a viewer sees as a freeze, wall time. */
    record Freeze(long fromMs, long toMs) {
        long lengthMs() {
            return toMs - fromMs;
        }
    }

    private final List<Frame> frames;

    Frames(List<Frame> frames) {
        this.frames = List.copyOf(frames);
    }

    /** From the notes of client.js. */
    static Frames of(JsonNode notes) {
        List<Frame> frames = new ArrayList<>();
        for (JsonNode each : notes.path("frames")) {
            frames.add(new Frame(
                    each.path(0).asLong(), each.path(1).asInt(), each.path(2).asInt()));
        }
        return new Frames(frames);
    }

    List<Frame> between(long fromMs, long toMs) {
        return frames.stream()
                .filter(each -> each.timeMs() >= fromMs && each.timeMs() < toMs)
                .toList();
    }

    /** When the first one was shown, wall time; −1 when none was. */
    long firstMs() {
        return frames.isEmpty() ? -1 : frames.getFirst().timeMs();
    }

    /** When they began to be no older than they were at the end of a time, a frame more or less, wall time; −1 if they did not. */
    long liveMs(long toMs) {
        double usualMs = delayMs(toMs - SETTLED_MS, toMs, 0.5);
        return between(0, toMs).stream()
                .filter(each -> each.delayMs() >= 0 && each.delayMs() <= usualMs + LIVE_MS)
                .mapToLong(Frame::timeMs)
                .findFirst()
                .orElse(-1);
    }

    /** What lies within a time; what has not ended at its end ends there. */
    List<Freeze> freezes(long fromMs, long toMs) {
        List<Freeze> freezes = new ArrayList<>();
        ArrayDeque<Long> intervals = new ArrayDeque<>();
        long beforeMs = -1;
        for (Frame frame : frames) {
            if (beforeMs >= 0) {
                addFreeze(freezes, intervals, Math.max(beforeMs, fromMs), Math.min(frame.timeMs(), toMs));
                long intervalMs = frame.timeMs() - beforeMs;
                if (!isFreeze(intervals, intervalMs)) {
                    intervals.add(intervalMs);
                    if (intervals.size() > MEAN_OF) {
                        intervals.remove();
                    }
                }
            }
            beforeMs = frame.timeMs();
        }
        addFreeze(freezes, intervals, Math.max(beforeMs, fromMs), toMs);
        return freezes;
    }

    private static void addFreeze(List<Freeze> to, ArrayDeque<Long> intervals, long fromMs, long toMs) {
        if (isFreeze(intervals, toMs - fromMs)) {
            to.add(new Freeze(fromMs, toMs));
        }
    }

    private static boolean isFreeze(ArrayDeque<Long> intervals, long intervalMs) {
        double meanMs = intervals.stream().mapToLong(each -> each).average().orElse(0);
        return intervalMs > Math.max(FREEZE_FACTOR * meanMs, meanMs + FREEZE_MS);
    }

    /** The longest time without a new frame. */
    long longestPauseMs(long fromMs, long toMs) {
        long longestMs = 0;
        long beforeMs = fromMs;
        for (Frame frame : between(fromMs, toMs)) {
            longestMs = Math.max(longestMs, frame.timeMs() - beforeMs);
            beforeMs = frame.timeMs();
        }
        return Math.max(longestMs, toMs - beforeMs);
    }

    /** From drawn to shown: how much at most for a share of the frames; NaN when no frame tells. */
    double delayMs(long fromMs, long toMs, double share) {
        int[] sorted = between(fromMs, toMs).stream()
                .mapToInt(Frame::delayMs)
                .filter(each -> each >= 0)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1.0, sorted.length * share)];
    }

    /** Each height's share of the time, lowest first. */
    Map<Integer, Double> heights(long fromMs, long toMs) {
        List<Frame> within = between(fromMs, toMs);
        Map<Integer, Double> shares = new TreeMap<>();
        for (int i = 0; i < within.size(); i++) {
            long endMs = i + 1 < within.size() ? within.get(i + 1).timeMs() : toMs;
            double share = (double) (endMs - within.get(i).timeMs()) / (toMs - fromMs);
            shares.merge(within.get(i).height(), share, Double::sum);
        }
        return new LinkedHashMap<>(shares);
    }

    /** How often the height changed. */
    int switches(long fromMs, long toMs) {
        int[] heights = between(fromMs, toMs).stream().mapToInt(Frame::height).toArray();
        return (int) IntStream.range(1, heights.length)
                .filter(i -> heights[i] != heights[i - 1])
                .count();
    }

    /** The greatest height at all; 0 when nothing was shown. */
    int topHeight() {
        return frames.stream().mapToInt(Frame::height).max().orElse(0);
    }

    /** When a frame of another height than at a time was first shown after it, wall time; −1 if none was. */
    long changeMs(long fromMs, long toMs) {
        int before = frames.stream()
                .filter(each -> each.timeMs() < fromMs)
                .mapToInt(Frame::height)
                .reduce(0, (first, second) -> second);
        return between(fromMs, toMs).stream()
                .filter(each -> each.height() != before)
                .mapToLong(Frame::timeMs)
                .findFirst()
                .orElse(-1);
    }

    /** When the height came to stay at or above one until the end, wall time; −1 if it did not. */
    long reachedMs(int height, long fromMs, long toMs) {
        long reachedMs = -1;
        for (Frame frame : between(fromMs, toMs)) {
            if (frame.height() < height) {
                reachedMs = -1;
            } else if (reachedMs < 0) {
                reachedMs = frame.timeMs();
            }
        }
        return reachedMs;
    }
}
