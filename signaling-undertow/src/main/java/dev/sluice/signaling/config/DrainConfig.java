package dev.sluice.signaling.config;

import java.time.Duration;
import java.util.List;

/**
 * How the server empties itself before it stops. Immutable.
 *
 * @param time it gives its clients at SIGTERM; zero: it stops at once
 * @param to where it sends them, null: nowhere
 */
public record DrainConfig(Duration time, OtherServer to) {
    static final List<String> KEYS = List.of("drain_seconds", "drain_to");

    /** The longest time: a day. */
    public static final int MAX_SECONDS = 86_400;

    public static final DrainConfig NONE = new DrainConfig(Duration.ZERO, null);

    static DrainConfig read(Section root) throws ConfigException {
        return new DrainConfig(
                Duration.ofSeconds(root.integer("drain_seconds", 0, 0, MAX_SECONDS)),
                root.parsed("drain_to", null, OtherServer::parse));
    }
}
