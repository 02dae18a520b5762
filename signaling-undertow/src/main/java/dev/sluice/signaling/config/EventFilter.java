package dev.sluice.signaling.config;

import java.util.List;
import java.util.Set;

/**
 * Which events somebody wants to be told of. Immutable.
 *
 * @param types empty: every type
 * @param streams patterns as in {@code streams}; empty: all, and what concerns no stream
 */
public record EventFilter(Set<EventType> types, List<String> streams) {

    public static final EventFilter ALL = new EventFilter(Set.of(), List.of());

    /** @throws IllegalArgumentException with what was expected */
    public static String parsePattern(String pattern) {
        if (!StreamRules.isValidPattern(pattern)) {
            throw new IllegalArgumentException("expected a stream name or pattern, such as studio/*");
        }
        return pattern;
    }

    /** @param stream empty when the event concerns none */
    public boolean takes(EventType type, String stream) {
        return (types.isEmpty() || types.contains(type)) && (streams.isEmpty() || isWanted(stream));
    }

    private boolean isWanted(String stream) {
        for (String pattern : streams) {
            if (StreamRules.matches(pattern, stream)) {
                return true;
            }
        }
        return false;
    }
}
