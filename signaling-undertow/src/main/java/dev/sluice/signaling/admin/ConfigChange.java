package dev.sluice.signaling.admin;

import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.PageOrigins;
import dev.sluice.signaling.config.StreamsFile;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The settings of the server that a request changes. Immutable. */
final class ConfigChange {
    static final List<String> KEYS = List.of("origins", "publisher_grace");

    private static final int MOST_ORIGINS = 100;

    private final Set<String> fields = new TreeSet<>();
    private Duration grace;
    private OriginRule play;
    private OriginRule publish;

    private ConfigChange() {}

    static ConfigChange read(Fields body) throws Refused {
        body.allow(Set.copyOf(KEYS));
        ConfigChange change = new ConfigChange();
        if (body.has("publisher_grace")) {
            change.fields.add("publisher_grace");
            change.grace = body.isNull("publisher_grace")
                    ? null
                    : Duration.ofMillis(StreamChange.millis(body, "publisher_grace"));
        }
        if (body.has("origins") && body.isNull("origins")) {
            change.fields.addAll(List.of("origins.play", "origins.publish"));
        } else if (body.has("origins")) {
            Fields origins = body.object("origins");
            origins.allow(Set.of("play", "publish"));
            change.play = change.origins(origins, "play");
            change.publish = change.origins(origins, "publish");
        }
        return change;
    }

    private OriginRule origins(Fields from, String field) throws Refused {
        if (!from.has(field)) {
            return null;
        }
        fields.add("origins." + field);
        try {
            return OriginRule.of(from.texts(field, MOST_ORIGINS));
        } catch (IllegalArgumentException e) {
            throw Refused.wrong("origins." + field + ": " + e.getMessage());
        }
    }

    StreamsFile applyTo(ConfigKeeper.State state) throws Refused {
        for (String key : KEYS) {
            String obstacle = obstacle(state, key);
            if (obstacle != null && fields.stream().anyMatch(field -> field.startsWith(key))) {
                throw Refused.conflict("declared_in_config", obstacle);
            }
        }
        StreamsFile own = state.own();
        return new StreamsFile(
                own.streams(),
                fields.contains("publisher_grace") ? grace : own.publisherGrace(),
                new PageOrigins(
                        fields.contains("origins.play") ? play : own.origins().play(),
                        fields.contains("origins.publish")
                                ? publish
                                : own.origins().publish()));
    }

    /** Why a key cannot be changed here; null when it can. */
    static String obstacle(ConfigKeeper.State state, String key) {
        String place = state.places().get(key);
        if (place != null) {
            return key + " is set in " + place + " and can be changed only there.";
        }
        return key.equals("origins") && state.main().access().open()
                ? "Without a config file only pages of this computer may use the server."
                : null;
    }

    /** For the audit log. */
    String fieldNames() {
        return String.join(",", fields);
    }
}
