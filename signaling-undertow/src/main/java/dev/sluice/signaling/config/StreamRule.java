package dev.sluice.signaling.config;

/**
 * One declared stream or pattern of streams. Immutable.
 *
 * @param pattern segments; {@code *} stands for one, {@code **} for one or more
 * @param password guards publishing, empty: none
 * @param playPassword guards playing, empty: none
 */
public record StreamRule(String pattern, String password, String playPassword) {

    @Override
    public String toString() {
        return "StreamRule[" + pattern + "]";
    }
}
