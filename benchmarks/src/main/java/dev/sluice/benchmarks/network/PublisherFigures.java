package dev.sluice.benchmarks.network;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a publisher did, over the measured time, by its own statistics. Immutable.
 *
 * @param fps encoded, of the layer that has most
 * @param nacks that it received
 * @param repeated packets sent again
 * @param requests for key frames that it received
 * @param kbps by height
 * @param limits shares of the time in which the browser held back, by its reasons
 */
record PublisherFigures(
        double fps,
        long nacks,
        long repeated,
        long requests,
        long keyFrames,
        Map<Integer, Double> kbps,
        Map<String, Double> limits) {
    static PublisherFigures of(Scene.Seen seen, long fromMs, long toMs) {
        Statistics statistics = Statistics.of(seen.notes());
        double seconds = Math.max(0.001, statistics.seconds(fromMs, toMs));
        return new PublisherFigures(
                statistics.encoded(fromMs, toMs) / seconds,
                (long) statistics.sentGrowth("nack", fromMs, toMs),
                (long) statistics.sentGrowth("rtx", fromMs, toMs),
                (long) (statistics.sentGrowth("pli", fromMs, toMs) + statistics.sentGrowth("fir", fromMs, toMs)),
                (long) statistics.sentGrowth("keys", fromMs, toMs),
                statistics.layersKbps(fromMs, toMs),
                statistics.limits(fromMs, toMs));
    }

    /** Share of the time in which this machine was too slow for its encoder. */
    double slow() {
        return limits.getOrDefault("cpu", 0.0);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("fps", fps);
        json.put("nacks", nacks);
        json.put("retransmitted_packets", repeated);
        json.put("key_frame_requests", requests);
        json.put("key_frames", keyFrames);
        json.put("kbps_by_height", kbps);
        json.put("limited_by", limits);
        return json;
    }
}
