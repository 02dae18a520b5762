package dev.sluice.signaling.config;

import dev.sluice.engine.StreamSettings;

/**
 * One declared stream or pattern of streams. Immutable.
 *
 * @param pattern segments; {@code *} stands for one, {@code **} for one or more
 * @param password guards publishing, empty: none
 * @param playPassword guards playing, empty: none
 * @param settings of its media
 */
public record StreamRule(String pattern, String password, String playPassword, StreamSettings settings) {

    /** Nothing said of its media. */
    public StreamRule(String pattern, String password, String playPassword) {
        this(pattern, password, playPassword, StreamSettings.DEFAULTS);
    }

    @Override
    public String toString() {
        return "StreamRule[" + pattern + "]";
    }
}
