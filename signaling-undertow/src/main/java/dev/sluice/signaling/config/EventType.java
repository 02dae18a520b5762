package dev.sluice.signaling.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What operators can be told of; docs/events.md lists the types with their fields. Immutable. */
public enum EventType {
    STREAM_STARTED,
    STREAM_WAITING,
    STREAM_RESUMED,
    STREAM_TAKEN_OVER,
    STREAM_STOPPED,
    PUBLISHER_JOINED,
    PUBLISHER_LEFT,
    PLAYER_JOINED,
    PLAYER_LEFT,
    SESSION_REFUSED,
    LIMIT_REACHED;

    private final String label;

    EventType() {
        String words = name().toLowerCase(Locale.ROOT);
        int first = words.indexOf('_');
        label = words.substring(0, first) + "." + words.substring(first + 1);
    }

    /** Such as {@code stream.taken_over}. */
    public String label() {
        return label;
    }

    /** @throws IllegalArgumentException with what was expected */
    public static EventType parse(String label) {
        for (EventType type : values()) {
            if (type.label.equals(label)) {
                return type;
            }
        }
        throw new IllegalArgumentException("expected one of "
                + Arrays.stream(values()).map(EventType::label).collect(Collectors.joining(", ")));
    }
}
