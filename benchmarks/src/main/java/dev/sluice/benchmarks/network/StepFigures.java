package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.network.relay.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a player saw of one change of its way's rate; times since that change, −1 for never. Immutable.
 *
 * @param changeMs until a frame of another layer was shown
 * @param topMs until the top layer was shown and stayed
 * @param queueMs until no more than 100 ms waited on the way for good
 */
record StepFigures(int fromKbps, int toKbps, long changeMs, long topMs, long queueMs, long longestPauseMs) {
    private static final double QUEUE_MS = 100;

    /** More changes than these are a course, not steps. */
    private static final int MAX_STEPS = 4;

    static List<StepFigures> of(Scene.Seen seen, Way way, long beginMs, long endMs) {
        if (way.rates().size() > MAX_STEPS) {
            return List.of();
        }
        Frames frames = Frames.of(seen.notes());
        List<StepFigures> steps = new ArrayList<>();
        for (int i = 1; i < way.rates().size(); i++) {
            long fromMs = beginMs + way.rates().get(i).fromMs();
            long toMs = i + 1 < way.rates().size()
                    ? beginMs + way.rates().get(i + 1).fromMs()
                    : endMs;
            long changeMs = frames.changeMs(fromMs, toMs);
            long topMs = frames.reachedMs(frames.topHeight(), fromMs, toMs);
            steps.add(new StepFigures(
                    way.rates().get(i - 1).kbps(),
                    way.rates().get(i).kbps(),
                    changeMs < 0 ? -1 : changeMs - fromMs,
                    topMs < 0 ? -1 : topMs - fromMs,
                    queueMs(seen.samples(), fromMs, toMs),
                    frames.longestPauseMs(fromMs, toMs)));
        }
        return steps;
    }

    private static long queueMs(List<Sampler.Sample> samples, long fromMs, long toMs) {
        List<Sampler.Sample> within = samples.stream()
                .filter(each -> each.timeMs() >= fromMs && each.timeMs() < toMs)
                .toList();
        long lastMs = fromMs;
        for (Sampler.Sample each : within) {
            if (each.queueMs() > QUEUE_MS) {
                lastMs = each.timeMs();
            }
        }
        boolean isOver = !within.isEmpty() && lastMs < within.getLast().timeMs();
        return isOver ? lastMs - fromMs : -1;
    }

    String text() {
        String layer = toKbps < fromKbps ? "another layer " + after(changeMs) : "top layer " + after(topMs);
        return String.format(
                Locale.ROOT,
                "%,d → %,d kbit/s: %s, queue below 100 ms %s, longest pause %,d ms",
                fromKbps,
                toKbps,
                layer,
                after(queueMs),
                longestPauseMs);
    }

    private static String after(long ms) {
        return ms < 0 ? "never" : String.format(Locale.ROOT, "after %.1f s", ms / 1_000.0);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("from_kbps", fromKbps);
        json.put("to_kbps", toKbps);
        json.put("other_layer_after_ms", changeMs);
        json.put("top_layer_after_ms", topMs);
        json.put("queue_below_100_ms_after_ms", queueMs);
        json.put("longest_pause_ms", longestPauseMs);
        return json;
    }
}
