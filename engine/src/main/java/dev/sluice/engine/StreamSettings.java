package dev.sluice.engine;

import java.time.Duration;

/**
 * What an operator says of a stream. Immutable.
 *
 * @param keyFrameInterval a publisher with players is asked for a key frame this long after its last one; zero: only when a
 *     player needs one
 * @param minBitrateBps a publisher's REMB never says less; 0: the usual least
 * @param maxBitrateBps nor more, and its answer names this limit; 0: the usual most, and no limit in the answer
 */
public record StreamSettings(Duration keyFrameInterval, long minBitrateBps, long maxBitrateBps) {
    /** Nothing said. */
    public static final StreamSettings DEFAULTS = new StreamSettings(Duration.ZERO, 0, 0);
}
