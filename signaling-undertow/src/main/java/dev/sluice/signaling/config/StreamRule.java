package dev.sluice.signaling.config;

import dev.sluice.engine.StreamSettings;
import java.time.Duration;

/**
 * One declared stream or pattern of streams. Immutable.
 *
 * @param pattern segments; {@code *} stands for one, {@code **} for one or more
 * @param password guards publishing, empty: none
 * @param playPassword guards playing, empty: none
 * @param settings of its media
 * @param access what is asked of its publishers and players besides
 * @param disabled whether nobody may publish or play it
 * @param declaredIn file and line, empty: nowhere
 */
public record StreamRule(
        String pattern,
        String password,
        String playPassword,
        StreamSettings settings,
        StreamAccess access,
        boolean disabled,
        String declaredIn) {

    /** Nothing asked besides. */
    public StreamRule(String pattern, String password, String playPassword, StreamSettings settings) {
        this(pattern, password, playPassword, settings, StreamAccess.DEFAULTS, false, "");
    }

    /** Nothing said of its media. */
    public StreamRule(String pattern, String password, String playPassword) {
        this(pattern, password, playPassword, StreamSettings.DEFAULTS);
    }

    /** Whether it declares many streams. */
    public boolean isPattern() {
        return pattern.contains("*");
    }

    StreamRule switchedOff() {
        return new StreamRule(pattern, password, playPassword, settings, access, true, declaredIn);
    }

    StreamRule withDefaultGrace(Duration grace) {
        return new StreamRule(
                pattern, password, playPassword, settings.withDefaultGrace(grace), access, disabled, declaredIn);
    }

    @Override
    public String toString() {
        return "StreamRule[" + pattern + "]";
    }
}
