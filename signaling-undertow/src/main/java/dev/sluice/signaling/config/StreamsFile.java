package dev.sluice.signaling.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
public record StreamsFile(Map<String, OwnStream> streams, Duration publisherGrace, PageOrigins origins) {
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
        Map<String, OwnStream> streams = new TreeMap<>();
        if (root.has("streams")) {
            ConfigObject object = root.object("streams");
            for (String name : object.keySet()) {
                streams.put(name, OwnStream.read(name, object.get(name)));
            }
        }
        return new StreamsFile(streams, ConfigFile.publisherGrace(root, null), PageOrigins.read(root));
    }

    /** The same with this stream. */
    public StreamsFile with(OwnStream stream) {
        Map<String, OwnStream> changed = new TreeMap<>(streams);
        changed.put(stream.said().pattern(), stream);
        return new StreamsFile(changed, publisherGrace, origins);
    }

    /** The same without this stream. */
    public StreamsFile without(String name) {
        Map<String, OwnStream> changed = new TreeMap<>(streams);
        changed.remove(name);
        return new StreamsFile(changed, publisherGrace, origins);
    }

    /** Its streams beside those of the config file, which count where both say something of the same. */
    StreamRules beside(StreamRules main) {
        List<StreamRule> standing = new ArrayList<>();
        List<OwnStream> following = new ArrayList<>();
        for (OwnStream stream : streams.values()) {
            if (stream.template() == null) {
                standing.add(stream.said());
            } else {
                following.add(stream);
            }
        }
        StreamRules templates = main.and(standing);
        return following.isEmpty()
                ? templates
                : templates.and(following.stream()
                        .map(stream -> stream.inForce(templates))
                        .toList());
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
        streams.forEach((name, stream) -> {
            text.append("  ").append(ConfigUtil.quoteString(name)).append(" {\n");
            stream.write().forEach((key, value) -> text.append("    ")
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
