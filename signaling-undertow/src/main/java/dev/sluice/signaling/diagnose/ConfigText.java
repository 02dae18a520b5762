package dev.sluice.signaling.diagnose;

import dev.sluice.signaling.config.StreamRules;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a configuration without its secrets. Immutable.
 *
 * <p>Text is shown only where it is known to be none: a setting that comes later is hidden until somebody says here that it may be
 * seen.
 */
final class ConfigText {
    /** Components of configuration records whose text is no secret. */
    private static final Set<String> SHOWN = Set.of("srtp", "io", "pattern", "host", "transport");

    private final StringBuilder text = new StringBuilder();

    private ConfigText() {}

    static String of(Record config) {
        ConfigText written = new ConfigText();
        written.addRecord("", config);
        return written.text.toString();
    }

    private void addRecord(String path, Record value) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
            try {
                add(name, component.getName(), component.getAccessor().invoke(value));
            } catch (ReflectiveOperationException e) {
                line(name, "(not readable)");
            }
        }
    }

    private void add(String path, String name, Object value) {
        switch (value) {
            case null -> line(path, "(none)");
            case String string -> line(path, shown(name, string));
            case Number number -> line(path, number.toString());
            case Boolean bool -> line(path, bool.toString());
            case Enum<?> constant -> line(path, constant.name());
            case Duration duration -> line(path, duration.toString());
            case InetAddress address -> line(path, address.getHostAddress());
            case InetSocketAddress address -> line(path, address.toString());
            case Path file -> line(path, file.toString());
            case StreamRules rules -> add(path, name, rules.all());
            case Record nested -> addRecord(path, nested);
            case List<?> list -> {
                line(path, list.size() + " of them");
                for (int i = 0; i < list.size(); i++) {
                    add(path + "[" + i + "]", name, list.get(i));
                }
            }
            case Set<?> set -> line(path, set.size() + " of them");
            case Map<?, ?> map -> line(path, map.size() + " of them");
            default -> line(path, "(" + value.getClass().getSimpleName() + ")");
        }
    }

    private static String shown(String name, String value) {
        return value.isEmpty() ? "(empty)" : SHOWN.contains(name) ? value : "(set)";
    }

    private void line(String path, String value) {
        text.append(path).append(" = ").append(value).append('\n');
    }
}
