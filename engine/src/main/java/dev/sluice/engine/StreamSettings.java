package dev.sluice.engine;

import java.time.Duration;

/**
 * What an operator says of a stream. Immutable.
 *
 * @param keyFrameInterval a publisher with players is asked for a key frame this long after its last one; zero: only when a
 *     player needs one
 */
public record StreamSettings(Duration keyFrameInterval) {
    /** Nothing said. */
    public static final StreamSettings DEFAULTS = new StreamSettings(Duration.ZERO);
}
