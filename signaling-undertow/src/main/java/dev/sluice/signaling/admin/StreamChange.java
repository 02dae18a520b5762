package dev.sluice.signaling.admin;

import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.OwnStream;
import dev.sluice.signaling.config.StreamRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The fields of a stream that a request changes. Immutable. */
final class StreamChange {
    private static final Set<String> FIELDS = Set.of(
            "name",
            "inputs",
            "disabled",
            "password",
            "play_password",
            "publisher_grace",
            "jwt",
            "on_publish",
            "on_play",
            "max_sessions",
            "max_publish_bitrate");
    private static final Set<String> INPUT_FIELDS = Set.of(
            "url",
            "prefer_codec",
            "min_bitrate",
            "max_bitrate",
            "abr_max_bitrate",
            "webrtc_abr",
            "transport",
            "source_timeout",
            "key_frame_interval");

    /** By the config file's keys; null puts back what the template says, or the default. */
    private final Map<String, Object> keys = new LinkedHashMap<>();

    /** Whether an input was named, of which there is one kind: a stream may say no more of it. */
    private boolean input;

    private StreamChange() {}

    static StreamChange read(String name, Fields body) throws Refused {
        body.allow(FIELDS);
        if (body.has("name") && !body.text("name").equals(name)) {
            throw Refused.wrong("name: expected the one of the path; a stream cannot be renamed.");
        }
        StreamChange change = new StreamChange();
        change.flag(body, "disabled");
        change.text(body, "password", "password");
        change.text(body, "play_password", "play_password");
        change.seconds(body, "publisher_grace");
        if (body.has("jwt")) {
            change.keys.put("jwt", body.isNull("jwt") ? null : body.flag("jwt") ? "on" : "off");
        }
        change.text(body, "on_publish", "on_publish");
        change.text(body, "on_play", "on_play");
        change.integer(body, "max_sessions", "max_sessions");
        change.integer(body, "max_publish_bitrate", "max_publish_bitrate");
        if (body.has("inputs")) {
            change.input = true;
            change.input(body.only("inputs"));
        }
        return change;
    }

    private void input(Fields input) throws Refused {
        input.allow(INPUT_FIELDS);
        if (input.has("url") && !input.text("url").equals("publish://")) {
            throw Refused.wrong("inputs[0].url: expected publish://.");
        }
        if (input.has("max_bitrate") && input.has("abr_max_bitrate")) {
            throw Refused.wrong("inputs[0]: abr_max_bitrate is another name of max_bitrate; expected one of them.");
        }
        if (input.has("prefer_codec")) {
            String codecs = input.isNull("prefer_codec") ? null : input.text("prefer_codec");
            keys.put(
                    "prefer_codec",
                    codecs == null ? null : codecs.isEmpty() ? List.of() : List.of(codecs.split(",", -1)));
        }
        text(input, "transport", "transport");
        integer(input, "min_bitrate", "min_bitrate");
        integer(input, "max_bitrate", "max_bitrate");
        integer(input, "abr_max_bitrate", "max_bitrate");
        flag(input, "webrtc_abr");
        seconds(input, "source_timeout");
        seconds(input, "key_frame_interval");
    }

    private void text(Fields from, String field, String key) throws Refused {
        if (from.has(field)) {
            keys.put(key, from.isNull(field) ? null : from.text(field));
        }
    }

    private void flag(Fields from, String field) throws Refused {
        if (from.has(field)) {
            keys.put(field, from.isNull(field) ? null : (Object) from.flag(field));
        }
    }

    private void integer(Fields from, String field, String key) throws Refused {
        if (from.has(field)) {
            keys.put(key, from.isNull(field) ? null : (Object) from.integer(field));
        }
    }

    private void seconds(Fields from, String field) throws Refused {
        if (from.has(field)) {
            keys.put(field, from.isNull(field) ? null : millis(from, field) + "ms");
        }
    }

    /** Of seconds. */
    static long millis(Fields from, String field) throws Refused {
        double seconds = from.number(field);
        if (seconds < 0 || seconds > 86_400) {
            throw Refused.wrong(field + ": expected seconds from 0 to 86400.");
        }
        return Math.round(seconds * 1_000);
    }

    /**
     * @param templates all that are declared
     * @param place where the result is declared
     */
    OwnStream applyTo(OwnStream base, StreamRules templates, String place) throws Refused {
        if (base.template() != null && templates.pattern(base.template()) == null) {
            throw Refused.conflict(
                    "template_gone",
                    "The stream's template, " + base.template()
                            + ", is not declared any more: declare it again, or delete the stream.");
        }
        try {
            OwnStream changed = base.with(keys, place);
            changed.over(templates);
            return changed;
        } catch (ConfigException e) {
            throw Refused.wrong(e.getMessage());
        }
    }

    /** For the audit log: no values, which may be secrets. */
    String fieldNames() {
        Set<String> names = new TreeSet<>(keys.keySet());
        if (input) {
            names.add("input");
        }
        return names.isEmpty() ? "-" : String.join(",", names);
    }
}
