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

    /**
     * Whether the profile's target was met, in a word; a dash when there is none.
     *
     * @param cleanFps of the same server without loss; NaN when it was not measured
     */
    String verdict(double cleanFps) {
        if (!profile.hasTarget()) {
            return "–";
        }
        PlayerFigures player = players.getFirst();
        double reference = Double.isNaN(cleanFps) ? publisher.fps() : cleanFps;
        boolean isMet = player.fps() >= profile.minFps() * reference && player.frozen() <= profile.maxFrozen();
        return isMet ? "met" : "missed";
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("server", server);
        json.put("profile", profile.name());
        json.put("about", profile.about());
        json.put("layers", profile.layers());
        json.put("seconds", (recording.endMs() - recording.beginMs()) / 1_000.0);
        json.put("publisher", publisher.json());
        json.put("players", players.stream().map(PlayerFigures::json).toList());
        json.put("steps", steps.stream().map(StepFigures::json).toList());
        return json;
    }
}
