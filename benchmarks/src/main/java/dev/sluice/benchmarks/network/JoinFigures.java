package dev.sluice.benchmarks.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** How players came in, one after the other. Immutable. */
record JoinFigures(List<One> joins) {
    static final JoinFigures NONE = new JoinFigures(List.of());

    /** How long each is looked at. */
    static final int LENGTH_MS = 4_000;

    /**
     * One join; times since its offer, −1 for never.
     *
     * @param firstMs until the first frame was shown
     * @param liveMs until a frame was no older than later ones are
     * @param asked key frames that were asked of the publisher meanwhile
     * @param longestPauseMs between two frames
     * @param soundLateMs the most that sound was behind the picture
     */
    record One(long firstMs, long liveMs, int asked, long longestPauseMs, double soundLateMs) {
        static One of(Scene.Seen seen, int asked) {
            long fromMs = seen.startedMs();
            long toMs = fromMs + LENGTH_MS;
            Frames frames = Frames.of(seen.notes());
            long firstMs = frames.firstMs();
            long liveMs = frames.liveMs(toMs);
            return new One(
                    firstMs < 0 ? -1 : firstMs - fromMs,
                    liveMs < 0 ? -1 : liveMs - fromMs,
                    asked,
                    firstMs < 0 ? LENGTH_MS : frames.longestPauseMs(firstMs, toMs),
                    Statistics.of(seen.notes()).mostSoundLateMs(fromMs, toMs));
        }
    }

    JoinFigures {
        joins = List.copyOf(joins);
    }

    /** The lower median of those that are there; −1 when one never came that far. */
    private double median(ToDoubleFunction<One> figure) {
        double[] sorted = joins.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 || sorted[0] < 0 ? -1 : sorted[(sorted.length - 1) / 2];
    }

    private double most(ToDoubleFunction<One> figure) {
        return joins.stream().mapToDouble(figure).filter(Double::isFinite).max().orElse(Double.NaN);
    }

    double firstMs() {
        return median(One::firstMs);
    }

    double liveMs() {
        return median(One::liveMs);
    }

    /** The most that were asked for one join. */
    double asked() {
        return most(One::asked);
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%d joins: first frame after %.0f ms (median; %.0f at most), live after %.0f (%.0f); %.0f key frames asked for one"
                        + " join at most; longest pause %.0f ms; sound %.0f ms late at most",
                joins.size(),
                firstMs(),
                most(One::firstMs),
                liveMs(),
                most(One::liveMs),
                asked(),
                most(One::longestPauseMs),
                most(One::soundLateMs));
    }

    List<Map<String, Object>> json() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (One each : joins) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("first_frame_ms", each.firstMs());
            row.put("live_ms", each.liveMs());
            row.put("key_frames_asked", each.asked());
            row.put("longest_pause_ms", each.longestPauseMs());
            row.put("sound_late_ms", Double.isFinite(each.soundLateMs()) ? each.soundLateMs() : null);
            rows.add(row);
        }
        return rows;
    }
}
