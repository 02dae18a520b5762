package dev.sluice.signaling.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.sluice.engine.StreamSettings;
import dev.sluice.engine.StreamSettings.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One declared stream as config files have it, read and written. Stateless. */
public final class StreamSection {
    /** A set, since each of thousands of streams is held against it; in order, for messages. */
    private static final Set<String> KEYS = Stream.concat(
                    StreamAccess.KEYS.stream(),
                    Stream.of(
                            "input",
                            "disabled",
                            "password",
                            "play_password",
                            "prefer_codec",
                            "min_bitrate",
                            "max_bitrate",
                            "webrtc_abr",
                            "transport",
                            "source_timeout",
                            "publisher_grace",
                            "key_frame_interval"))
            .collect(Collectors.toCollection(LinkedHashSet::new));

    private static final String INPUT = "publish://";
    private static final List<String> CODECS = List.of("vp8", "vp9", "av1", "h264", "h265", "opus", "pcmu", "pcma");
    private static final int MAX_BITRATE_KBPS = 1_000_000;
    private static final int MAX_PASSWORD_CHARS = 1_000;

    /** Requests go out no more often. */
    private static final Duration SHORTEST_KEY_FRAME_INTERVAL = Duration.ofMillis(500);

    private static final String HERE = "here";
    private static final Duration DAY = Duration.ofDays(1);

    private static final Map<String, Object> USUAL = all(new StreamRule("", "", ""));

    private StreamSection() {}

    /** @throws ConfigException with where, what and what was expected */
    public static StreamRule read(String pattern, ConfigValue value) throws ConfigException {
        String name = "streams.\"" + pattern + "\"";
        if (!StreamRules.isValidPattern(pattern)) {
            throw Section.error(
                    value,
                    name
                            + ": expected a stream name or pattern: 1 to 8 segments of letters, digits and . _ ~ -, or * or **");
        }
        if (!(value instanceof ConfigObject object)) {
            throw Section.error(value, name + ": expected { input = \"publish://\" }, found " + Section.found(value));
        }
        Section stream = new Section(object, name, KEYS);
        if (!stream.text("input", "").equals(INPUT)) {
            throw Section.error(
                    stream.has("input") ? stream.value("input") : value, name + ": expected input = \"publish://\"");
        }
        return new StreamRule(
                pattern,
                stream.parsed("password", "", StreamSection::parsePassword),
                stream.parsed("play_password", "", StreamSection::parsePassword),
                settings(stream, name),
                StreamAccess.read(stream),
                stream.flag("disabled", false),
                Section.where(value.origin()));
    }

    /**
     * The rule of keys as {@link #write} gives them.
     *
     * @param place where it is declared
     * @throws ConfigException with what and what was expected
     */
    public static StreamRule of(String pattern, Map<String, Object> keys, String place) throws ConfigException {
        try {
            StreamRule rule = read(pattern, ConfigValueFactory.fromMap(keys, HERE));
            return new StreamRule(
                    pattern,
                    rule.password(),
                    rule.playPassword(),
                    rule.settings(),
                    rule.access(),
                    rule.disabled(),
                    place);
        } catch (ConfigException e) {
            throw new ConfigException(e.getMessage().replace(HERE + ": ", ""));
        }
    }

    private static String parsePassword(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("expected characters that a file can have");
        }
        if (text.length() > MAX_PASSWORD_CHARS) {
            throw new IllegalArgumentException("expected at most " + MAX_PASSWORD_CHARS + " characters");
        }
        return text;
    }

    private static StreamSettings settings(Section stream, String name) throws ConfigException {
        StreamSettings usual = StreamSettings.DEFAULTS;
        Duration interval = stream.duration("key_frame_interval", usual.keyFrameInterval(), Duration.ZERO, DAY);
        if (interval.isPositive() && interval.compareTo(SHORTEST_KEY_FRAME_INTERVAL) < 0) {
            throw Section.error(
                    stream.value("key_frame_interval"),
                    name + ".key_frame_interval: expected 0, or a duration from 500ms, found "
                            + stream.text("key_frame_interval", ""));
        }
        int least = stream.integer("min_bitrate", 0, 0, MAX_BITRATE_KBPS);
        int most = stream.integer("max_bitrate", 0, 0, MAX_BITRATE_KBPS);
        if (most > 0 && most < least) {
            throw Section.error(
                    stream.value("max_bitrate"),
                    name + ".max_bitrate: expected at least min_bitrate, " + least + ", found " + most);
        }
        return new StreamSettings(
                interval,
                least * 1_000L,
                most * 1_000L,
                stream.list("prefer_codec", StreamSection::parseCodec),
                stream.flag("webrtc_abr", usual.adaptive()),
                stream.parsed("transport", usual.transport(), StreamSection::parseTransport),
                stream.duration("source_timeout", usual.sourceTimeout(), Duration.ofSeconds(1), Duration.ofHours(1)),
                stream.duration("publisher_grace", usual.grace(), Duration.ZERO, DAY));
    }

    private static String parseCodec(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (!CODECS.contains(name)) {
            throw new IllegalArgumentException(
                    "expected codecs out of " + String.join(", ", CODECS) + ", found \"" + text + "\"");
        }
        return name;
    }

    private static Transport parseTransport(String text) {
        return switch (text) {
            case "both" -> Transport.BOTH;
            case "udp" -> Transport.UDP;
            case "tcp" -> Transport.TCP;
            default -> throw new IllegalArgumentException("expected both, udp or tcp, found \"" + text + "\"");
        };
    }

    /** What {@link #read} makes the same rule of: keys with texts, numbers, booleans and lists; defaults are left out. */
    public static Map<String, Object> write(StreamRule rule) {
        Map<String, Object> keys = all(rule);
        keys.entrySet()
                .removeIf(key ->
                        !key.getKey().equals("input") && Objects.equals(key.getValue(), USUAL.get(key.getKey())));
        return keys;
    }

    /** These keys of it, as above, but with defaults. */
    static Map<String, Object> write(StreamRule rule, Set<String> said) {
        Map<String, Object> keys = all(rule);
        keys.entrySet()
                .removeIf(key ->
                        !key.getKey().equals("input") && (key.getValue() == null || !said.contains(key.getKey())));
        return keys;
    }

    /** Null for what is not said. */
    private static Map<String, Object> all(StreamRule rule) {
        StreamSettings settings = rule.settings();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("input", INPUT);
        keys.put("disabled", rule.disabled());
        keys.put("password", rule.password());
        keys.put("play_password", rule.playPassword());
        keys.put("prefer_codec", settings.preferredCodecs());
        keys.put("min_bitrate", settings.minBitrateBps() / 1_000);
        keys.put("max_bitrate", settings.maxBitrateBps() / 1_000);
        keys.put("webrtc_abr", settings.adaptive());
        keys.put("transport", name(settings.transport()));
        keys.put("source_timeout", text(settings.sourceTimeout()));
        keys.put("publisher_grace", text(settings.grace()));
        keys.put("key_frame_interval", text(settings.keyFrameInterval()));
        rule.access().write(keys);
        return keys;
    }

    /** As {@code transport} has it. */
    public static String name(Transport transport) {
        return transport.name().toLowerCase(Locale.ROOT);
    }

    /** As config files have it, null for null. */
    static String text(Duration duration) {
        if (duration == null) {
            return null;
        }
        long ms = duration.toMillis();
        return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
    }
}
