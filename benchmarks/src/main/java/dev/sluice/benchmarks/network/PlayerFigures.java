package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.network.Frames.Freeze;
import dev.sluice.benchmarks.network.relay.Way;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What one player saw, over the measured time. Immutable.
 *
 * @param firstMs from its offer to the first frame shown; −1 when there was none
 * @param fps decoded
 * @param frozen share of the time in freezes
 * @param delayMs from drawn to shown, median
 * @param highDelayMs the same for 95 of 100 frames
 * @param kbps of sound and picture
 * @param wayKbps what its way could carry on average; 0 for no limit
 * @param wayUse what its way did carry, as a share of that
 * @param requests key frames asked for
 * @param concealed share of the sound that was made up
 * @param heights each height's share of the time
 */
record PlayerFigures(
        long firstMs,
        double fps,
        double frozen,
        int freezes,
        long longestPauseMs,
        double delayMs,
        double highDelayMs,
        double kbps,
        double wayKbps,
        double wayUse,
        long nacks,
        long repaired,
        long requests,
        long keyFrames,
        double concealed,
        double soundLateMs,
        Map<Integer, Double> heights,
        int switches) {
    private static final int WAY_STEP_MS = 100;

    static PlayerFigures of(Scene.Seen seen, Way way, long fromMs, long toMs) {
        Frames frames = Frames.of(seen.notes());
        Statistics statistics = Statistics.of(seen.notes());
        double seconds = statistics.seconds(fromMs, toMs);
        List<Freeze> freezes = frames.freezes(fromMs, toMs);
        double bytes =
                statistics.growth("video", "bytes", fromMs, toMs) + statistics.growth("audio", "bytes", fromMs, toMs);
        double wayKbps = wayKbps(way, toMs - fromMs);
        double samples = statistics.growth("audio", "samples", fromMs, toMs);
        long firstMs = frames.firstMs();
        return new PlayerFigures(
                firstMs < 0 ? -1 : firstMs - seen.startedMs(),
                seconds == 0 ? 0 : statistics.growth("video", "decoded", fromMs, toMs) / seconds,
                freezes.stream().mapToLong(Freeze::lengthMs).sum() / (double) (toMs - fromMs),
                freezes.size(),
                frames.longestPauseMs(fromMs, toMs),
                frames.delayMs(fromMs, toMs, 0.5),
                frames.delayMs(fromMs, toMs, 0.95),
                seconds == 0 ? 0 : bytes * 8 / 1_000 / seconds,
                wayKbps,
                wayKbps == 0 ? 0 : carriedKbps(seen.samples()) / wayKbps,
                (long) statistics.growth("video", "nack", fromMs, toMs),
                (long) statistics.growth("video", "rtx", fromMs, toMs),
                (long) (statistics.growth("video", "pli", fromMs, toMs)
                        + statistics.growth("video", "fir", fromMs, toMs)),
                (long) statistics.growth("video", "keys", fromMs, toMs),
                samples == 0 ? 0 : statistics.growth("audio", "concealed", fromMs, toMs) / samples,
                statistics.soundLateMs(toMs),
                frames.heights(fromMs, toMs),
                frames.switches(fromMs, toMs));
    }

    private static double wayKbps(Way way, long lengthMs) {
        return LongStream.range(0, lengthMs / WAY_STEP_MS)
                .mapToDouble(step -> way.kbps(step * WAY_STEP_MS))
                .average()
                .orElse(0);
    }

    private static double carriedKbps(List<Sampler.Sample> samples) {
        Sampler.Sample first = samples.getFirst();
        Sampler.Sample last = samples.getLast();
        return (last.bytes() - first.bytes()) * 8.0 / Math.max(1, last.timeMs() - first.timeMs());
    }

    /** Most seen first, such as {@code 540 93 %, 270 7 %}. */
    String layers() {
        return heights.entrySet().stream()
                .filter(each -> each.getValue() >= 0.005)
                .sorted(Map.Entry.<Integer, Double>comparingByValue().reversed())
                .map(each -> each.getKey() + " " + Math.round(100 * each.getValue()) + " %")
                .collect(Collectors.joining(", "));
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("first_frame_ms", firstMs);
        json.put("fps", fps);
        json.put("frozen", frozen);
        json.put("freezes", freezes);
        json.put("longest_pause_ms", longestPauseMs);
        json.put("delay_p50_ms", delayMs);
        json.put("delay_p95_ms", highDelayMs);
        json.put("kbps", kbps);
        json.put("way_kbps", wayKbps);
        json.put("way_use", wayUse);
        json.put("nacks", nacks);
        json.put("retransmitted_packets", repaired);
        json.put("key_frame_requests", requests);
        json.put("key_frames", keyFrames);
        json.put("concealed_sound", concealed);
        json.put("sound_late_ms", soundLateMs);
        json.put("heights", heights);
        json.put("switches", switches);
        return json;
    }
}
