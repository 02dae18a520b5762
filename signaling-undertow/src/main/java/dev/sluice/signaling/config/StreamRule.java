package dev.sluice.signaling.config;

import dev.sluice.engine.StreamSettings;

/**
 * One declared stream or pattern of streams. Immutable.
 *
 * @param pattern segments; {@code *} stands for one, {@code **} for one or more
 * @param password guards publishing, empty: none
 * @param playPassword guards playing, empty: none
 * @param settings of its media
 * @param access what is asked of its publishers and players besides
 */
public record StreamRule(
        String pattern, String password, String playPassword, StreamSettings settings, StreamAccess access) {

    /** Nothing asked besides. */
    public StreamRule(String pattern, String password, String playPassword, StreamSettings settings) {
        this(pattern, password, playPassword, settings, StreamAccess.DEFAULTS);
    }

    /** Nothing said of its media. */
    public StreamRule(String pattern, String password, String playPassword) {
        this(pattern, password, playPassword, StreamSettings.DEFAULTS);
    }

    @Override
    public String toString() {
        return "StreamRule[" + pattern + "]";
    }
}
