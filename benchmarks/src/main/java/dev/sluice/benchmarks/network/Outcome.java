package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.network.relay.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of one profile with one server, and what its plot is drawn from. Immutable. */
record Outcome(
        String server,
        Profile profile,
        Scene.Recording recording,
        PublisherFigures publisher,
        List<PlayerFigures> players,
        List<StepFigures> steps) {
    /** What sound takes, with all headers. */
    private static final double SOUND_KBPS = 60;

    static Outcome of(String server, Profile profile, Scene.Recording recording) {
        long fromMs = recording.beginMs();
        long toMs = recording.endMs();
        List<PlayerFigures> players = new ArrayList<>();
        for (int i = 0; i < recording.players().size(); i++) {
            Way way = profile.players().get(profile.isShared() ? 0 : i).down();
            players.add(PlayerFigures.of(recording.players().get(i), way, fromMs, toMs));
        }
        Way first = profile.players().getFirst().down();
        return new Outcome(
                server,
                profile,
                recording,
                PublisherFigures.of(recording.publisher(), fromMs, toMs),
                players,
                StepFigures.of(recording.players().getFirst(), first, fromMs, toMs));
    }

    double seconds() {
        return (recording.endMs() - recording.beginMs()) / 1_000.0;
    }

    /** The height of the best layer that a player's way carries; 0 when none does, −1 when its rate changes or has no limit. */
    int fittingHeight(int player) {
        Way way = profile.players().get(player).down();
        if (way.rates().size() != 1) {
            return -1;
        }
        double kbps = (double) way.kbps(0) / profile.sharers() - SOUND_KBPS;
        return publisher.kbps().entrySet().stream()
                .filter(each -> each.getValue() <= kbps)
                .mapToInt(Map.Entry::getKey)
                .max()
                .orElse(0);
    }

    /** The share of the time in which that layer was shown; NaN when there is no such layer. */
    double fit(int player) {
        int height = fittingHeight(player);
        return height < 0 ? Double.NaN : players.get(player).heights().getOrDefault(height, 0.0);
    }

    /**
     * Whether the profile's target was met, in a word; a dash when there is none.
     *
     * @param cleanFps of the same server without loss; NaN when it was not measured
     */
    String verdict(double cleanFps) {
        if (profile.target().text().isEmpty()) {
            return "–";
        }
        double reference = Double.isNaN(cleanFps) ? publisher.fps() : cleanFps;
        return profile.target().isMet(this, reference) ? "met" : "missed";
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("server", server);
        json.put("profile", profile.name());
        json.put("about", profile.about());
        json.put("layers", profile.layers());
        json.put("seconds", seconds());
        json.put("target", profile.target().text());
        json.put("publisher", publisher.json());
        json.put("players", players.stream().map(PlayerFigures::json).toList());
        json.put("joins", recording.joins().json());
        json.put("steps", steps.stream().map(StepFigures::json).toList());
        return json;
    }
}
