package dev.sluice.benchmarks.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What a browser's own statistics said, every half second. Immutable. */
final class Statistics {
    private final List<JsonNode> all;

    private Statistics(List<JsonNode> all) {
        this.all = List.copyOf(all);
    }

    /** From the notes of client.js. */
    static Statistics of(JsonNode notes) {
        List<JsonNode> all = new ArrayList<>();
        notes.path("statistics").forEach(all::add);
        return new Statistics(all);
    }

    private JsonNode at(long timeMs) {
        JsonNode found = all.isEmpty() ? MissingNode.getInstance() : all.getFirst();
        for (JsonNode each : all) {
            if (each.path("time").asLong() <= timeMs) {
                found = each;
            }
        }
        return found;
    }

    /** By how much a counter of a player grew. */
    double growth(String kind, String counter, long fromMs, long toMs) {
        return at(toMs).path(kind).path(counter).asDouble()
                - at(fromMs).path(kind).path(counter).asDouble();
    }

    /** Seconds between the statistics that two times get. */
    double seconds(long fromMs, long toMs) {
        return (at(toMs).path("time").asLong() - at(fromMs).path("time").asLong()) / 1_000.0;
    }

    /** By how much a counter of a publisher grew, all layers together. */
    double sentGrowth(String counter, long fromMs, long toMs) {
        return sum(at(toMs), counter) - sum(at(fromMs), counter);
    }

    /** Frames that a publisher encoded of the layer that got most. */
    double encoded(long fromMs, long toMs) {
        JsonNode from = at(fromMs).path("layers");
        JsonNode to = at(toMs).path("layers");
        return IntStream.range(0, to.size())
                .mapToDouble(i -> to.path(i).path("encoded").asDouble()
                        - from.path(i).path("encoded").asDouble())
                .max()
                .orElse(0);
    }

    private static double sum(JsonNode of, String counter) {
        double sum = 0;
        for (JsonNode layer : of.path("layers")) {
            sum += layer.path(counter).asDouble();
        }
        return sum;
    }

    /** What a publisher sent of each layer that was more than empty, in kbit/s by height. */
    Map<Integer, Double> layersKbps(long fromMs, long toMs) {
        double seconds = seconds(fromMs, toMs);
        Map<Integer, Double> kbps = new TreeMap<>();
        JsonNode from = at(fromMs).path("layers");
        JsonNode to = at(toMs).path("layers");
        for (int i = 0; i < to.size(); i++) {
            double bytes = to.path(i).path("bytes").asDouble()
                    - from.path(i).path("bytes").asDouble();
            if (bytes > 0 && seconds > 0) {
                kbps.merge(to.path(i).path("height").asInt(), bytes * 8 / 1_000 / seconds, Double::sum);
            }
        }
        return new LinkedHashMap<>(kbps);
    }

    /** How often in a time the layer with the most lines was held back for a reason, as a share; reasons are the browser's. */
    Map<String, Double> limits(long fromMs, long toMs) {
        List<String> reasons = new ArrayList<>();
        for (JsonNode each : all) {
            long timeMs = each.path("time").asLong();
            JsonNode layers = each.path("layers");
            if (timeMs >= fromMs && timeMs < toMs && !layers.isEmpty()) {
                reasons.add(layers.path(layers.size() - 1).path("limited").asText());
            }
        }
        Map<String, Double> limits = new TreeMap<>();
        reasons.forEach(each -> limits.merge(each, 1.0 / reasons.size(), Double::sum));
        return limits;
    }

    /** By how much sound is later than the picture, in ms; NaN when the browser does not say. */
    double soundLateMs(long toMs) {
        return soundLateMs(at(toMs));
    }

    private static double soundLateMs(JsonNode at) {
        double video = at.path("video").path("playout").asDouble();
        double audio = at.path("audio").path("playout").asDouble();
        return video == 0 || audio == 0 ? Double.NaN : video - audio;
    }

    /** The latest it was within a time; NaN likewise. */
    double mostSoundLateMs(long fromMs, long toMs) {
        return all.stream()
                .filter(each -> each.path("time").asLong() >= fromMs
                        && each.path("time").asLong() < toMs)
                .mapToDouble(Statistics::soundLateMs)
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }

    /** Key frames that were asked of a publisher so far. */
    double asked() {
        return all.isEmpty() ? 0 : sum(all.getLast(), "pli") + sum(all.getLast(), "fir");
    }
}
