package dev.sluice.signaling.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One object of the config file with its known keys; each error names file, line and what was expected. Confined to the
 * thread that reads the file.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})\\s*(ms|s|m|h|)");

    private final ConfigObject object;
    private final String path;

    /** @throws ConfigException when the object has a key that is not among the known ones */
    Section(ConfigObject object, String path, Collection<String> known) throws ConfigException {
        this.object = object;
        this.path = path;
        if (!known.containsAll(object.keySet())) {
            TreeSet<String> unknown = new TreeSet<>(object.keySet());
            unknown.removeAll(known);
            String key = unknown.getFirst();
            throw error(
                    object.get(key),
                    "unknown key \"" + key + "\"" + (path.isEmpty() ? "" : " in " + path) + ", known are "
                            + String.join(", ", known));
        }
    }

    boolean has(String key) {
        return object.containsKey(key);
    }

    ConfigValue value(String key) {
        return object.get(key);
    }

    /** Text by way of a parser whose IllegalArgumentException says what was expected. */
    <T> T parsed(String key, T otherwise, Function<String, T> parser) throws ConfigException {
        if (!has(key)) {
            return otherwise;
        }
        return parse(object.get(key), name(key), parser);
    }

    static <T> T parse(ConfigValue value, String name, Function<String, T> parser) throws ConfigException {
        if (value.valueType() != ConfigValueType.STRING && value.valueType() != ConfigValueType.NUMBER) {
            throw error(value, name + ": expected text, found " + found(value));
        }
        try {
            return parser.apply(value.unwrapped().toString());
        } catch (IllegalArgumentException e) {
            throw error(value, name + ": " + e.getMessage());
        }
    }

    String text(String key, String otherwise) throws ConfigException {
        return parsed(key, otherwise, Function.identity());
    }

    int integer(String key, int otherwise, int least, int most) throws ConfigException {
        return parsed(key, otherwise, text -> parseInteger(text, least, most));
    }

    int powerOfTwo(String key, int otherwise, int least, int most) throws ConfigException {
        return parsed(key, otherwise, text -> {
            int value = parseInteger(text, least, most);
            if (Integer.bitCount(value) != 1) {
                throw new IllegalArgumentException("expected a power of two, found " + text);
            }
            return value;
        });
    }

    static int parseInteger(String text, int least, int most) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, with the range.
        }
        throw new IllegalArgumentException("expected a whole number from " + least + " to " + most + ", found " + text);
    }

    boolean flag(String key, boolean otherwise) throws ConfigException {
        if (!has(key)) {
            return otherwise;
        }
        if (object.get(key).unwrapped() instanceof Boolean value) {
            return value;
        }
        throw error(object.get(key), name(key) + ": expected true or false, found " + found(object.get(key)));
    }

    /** Seconds, or a number with a unit: {@code 10s}, {@code 500ms}, {@code 2m}. */
    Duration duration(String key, Duration otherwise) throws ConfigException {
        return parsed(key, otherwise, Section::parseDuration);
    }

    /** As above, within bounds. */
    Duration duration(String key, Duration otherwise, Duration least, Duration most) throws ConfigException {
        return parsed(key, otherwise, text -> {
            Duration value = parseDuration(text);
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException("expected a duration from " + StreamSection.text(least) + " to "
                        + StreamSection.text(most) + ", found " + text);
            }
            return value;
        });
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a duration such as 10s, found " + text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /** A list of texts, or one text with commas. */
    <T> List<T> list(String key, Function<String, T> parser) throws ConfigException {
        List<T> items = new ArrayList<>();
        if (!has(key)) {
            return items;
        }
        if (object.get(key) instanceof ConfigList list) {
            for (ConfigValue item : list) {
                items.add(parse(item, name(key), parser));
            }
            return items;
        }
        String text = text(key, "");
        for (String item : text.split(",", -1)) {
            items.add(parsed(key, null, ignored -> parser.apply(item.strip())));
        }
        return items;
    }

    Section section(String key, List<String> known) throws ConfigException {
        return new Section(object(key), name(key), known);
    }

    ConfigObject object(String key) throws ConfigException {
        ConfigValue value = object.get(key);
        if (value instanceof ConfigObject nested) {
            return nested;
        }
        throw error(value, name(key) + ": expected { … }, found " + found(value));
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    static String found(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "{ … }";
            case LIST -> "a list";
            case NULL -> "null";
            default -> String.valueOf(value.unwrapped());
        };
    }

    static ConfigException error(ConfigValue value, String message) {
        return new ConfigException(where(value.origin()) + ": " + message);
    }

    static String where(ConfigOrigin origin) {
        String file = origin.filename() == null ? origin.description() : origin.filename();
        return origin.lineNumber() < 0 ? file : file + ":" + origin.lineNumber();
    }
}
