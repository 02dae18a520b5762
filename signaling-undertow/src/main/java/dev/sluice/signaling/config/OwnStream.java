package dev.sluice.signaling.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A stream of the streams file: what it says itself, and the template that says the rest. Immutable.
 *
 * @param said what its own keys alone make of it
 * @param template the pattern that says the rest, null: none, the rest are defaults
 * @param keys those it says itself, by the config file's names
 */
public record OwnStream(StreamRule said, String template, Set<String> keys) {
    private static final String TEMPLATE = "template";

    public OwnStream {
        keys = Set.copyOf(keys);
    }

    /** One that says everything itself. */
    public static OwnStream of(StreamRule rule) {
        return new OwnStream(rule, null, Set.of());
    }

    /**
     * One that says nothing yet.
     *
     * @param template null: none
     */
    public static OwnStream of(String name, String template) {
        return new OwnStream(new StreamRule(name, "", ""), template, Set.of());
    }

    static OwnStream read(String name, ConfigValue value) throws ConfigException {
        if (!(value instanceof ConfigObject object) || !object.containsKey(TEMPLATE)) {
            return of(StreamSection.read(name, value));
        }
        String template = Section.parse(
                object.get(TEMPLATE), "streams.\"" + name + "\"." + TEMPLATE, text -> parseTemplate(text, name));
        ConfigObject own = object.withoutKey(TEMPLATE);
        return new OwnStream(StreamSection.read(name, own), template, own.keySet());
    }

    private static String parseTemplate(String text, String name) {
        if (!text.contains("*") || name.contains("*") || !StreamRules.fits(text, name)) {
            throw new IllegalArgumentException("expected a pattern that fits the stream's name, found " + text);
        }
        return text;
    }

    /** What {@link #read} makes the same of. */
    Map<String, Object> write() {
        Map<String, Object> written = new LinkedHashMap<>();
        if (template != null) {
            written.put(TEMPLATE, template);
        }
        written.putAll(own());
        return written;
    }

    private Map<String, Object> own() {
        return template == null ? StreamSection.write(said) : StreamSection.write(said, keys);
    }

    /**
     * The same with other settings.
     *
     * @param changes by the config file's names; null for what the template says, or the default
     * @param place where it is declared
     * @throws ConfigException with what and what was expected
     */
    public OwnStream with(Map<String, Object> changes, String place) throws ConfigException {
        Map<String, Object> next = own();
        changes.forEach((key, value) -> {
            if (value == null) {
                next.remove(key);
            } else {
                next.put(key, value);
            }
        });
        StreamRule rule = StreamSection.of(said.pattern(), next, place);
        return new OwnStream(rule, template, new LinkedHashSet<>(next.keySet()));
    }

    /**
     * Its own settings over its template's.
     *
     * @param templates where that is
     * @throws ConfigException when that is gone, or both do not fit
     */
    public StreamRule over(StreamRules templates) throws ConfigException {
        if (template == null) {
            return said;
        }
        StreamRule base = templates.pattern(template);
        if (base == null) {
            throw new ConfigException("its template \"" + template + "\" is not declared any more");
        }
        Map<String, Object> whole = StreamSection.write(base);
        whole.putAll(own());
        return StreamSection.of(said.pattern(), whole, said.declaredIn());
    }

    /**
     * What is in force. Switched off without its template: what that asked of publishers and players must not be asked of nobody,
     * or be what a broader one asks.
     */
    StreamRule inForce(StreamRules templates) {
        try {
            return over(templates);
        } catch (ConfigException e) {
            return said.switchedOff();
        }
    }
}
