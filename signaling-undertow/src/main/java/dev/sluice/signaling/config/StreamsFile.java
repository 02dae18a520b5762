package dev.sluice.signaling.config;

import com.typesafe.config.ConfigUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was changed by the API: the content of the file beside the config. Immutable.
 *
 * @param streams by name
 * @param publisherGrace null: nothing said
 */
public record StreamsFile(Map<String, StreamRule> streams, Duration publisherGrace, PageOrigins origins) {
    static final StreamsFile EMPTY = new StreamsFile(Map.of(), null, PageOrigins.NONE);

    public StreamsFile {
        streams = Collections.unmodifiableMap(new TreeMap<>(streams));
    }

    private static final List<String> KEYS = List.of("publisher_grace", "origins", "streams");

    private static final String HEAD = """
            # Written by Sluice: the streams and settings that were changed through its administration page or API.
            # It is read after the config file, which wins. You may edit it; the next change there writes it anew,
            # without comments of yours.
            """;

    /** Beside the config file, {@code NAME.streams.conf} of {@code NAME.conf}; without one in the working folder. */
    static Path beside(Path config) {
        if (config == null) {
            return Path.of("sluice.streams.conf").toAbsolutePath();
        }
        String name = config.getFileName().toString();
        String stem = name.endsWith(".conf") ? name.substring(0, name.length() - 5) : name;
        return config.toAbsolutePath().resolveSibling(stem + ".streams.conf");
    }

    /** Empty when there is none. */
    static StreamsFile read(Path file) throws ConfigException {
        if (!Files.exists(file)) {
            return EMPTY;
        }
        Section root = new Section(ConfigFile.parse(file), "", KEYS);
        Map<String, StreamRule> streams = new TreeMap<>();
        ConfigFile.streams(root).forEach(rule -> streams.put(rule.pattern(), rule));
        return new StreamsFile(streams, ConfigFile.publisherGrace(root, null), PageOrigins.read(root));
    }

    /** The same with this stream; with no rule, without it. */
    public StreamsFile with(String name, StreamRule rule) {
        Map<String, StreamRule> changed = new TreeMap<>(streams);
        if (rule == null) {
            changed.remove(name);
        } else {
            changed.put(name, rule);
        }
        return new StreamsFile(changed, publisherGrace, origins);
    }

    /** What {@link #read} reads. */
    String text() {
        StringBuilder text = new StringBuilder(HEAD);
        if (publisherGrace != null) {
            text.append("\npublisher_grace = ")
                    .append(StreamSection.text(publisherGrace))
                    .append('\n');
        }
        if (origins.play() != null || origins.publish() != null) {
            text.append("\norigins {\n");
            append(text, "  play = ", origins.play());
            append(text, "  publish = ", origins.publish());
            text.append("}\n");
        }
        text.append("\nstreams {\n");
        streams.forEach((name, rule) -> {
            text.append("  ").append(ConfigUtil.quoteString(name)).append(" {\n");
            StreamSection.write(rule).forEach((key, value) -> text.append("    ")
                    .append(key)
                    .append(" = ")
                    .append(literal(value))
                    .append('\n'));
            text.append("  }\n");
        });
        return text.append("}\n").toString();
    }

    private static void append(StringBuilder text, String key, OriginRule rule) {
        if (rule != null) {
            text.append(key).append(literal(rule.texts())).append('\n');
        }
    }

    private static String literal(Object value) {
        return switch (value) {
            case String string -> ConfigUtil.quoteString(string);
            case List<?> list ->
                list.stream().map(StreamsFile::literal).collect(java.util.stream.Collectors.joining(", ", "[", "]"));
            default -> value.toString();
        };
    }
}
