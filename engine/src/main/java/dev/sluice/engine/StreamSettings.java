package dev.sluice.engine;

import dev.sluice.engine.peer.PublisherWishes;
import java.time.Duration;
import java.util.List;

/**
 * What an operator says of a stream. What its SDP says of that, a session keeps from its last offer on. Immutable.
 *
 * @param keyFrameInterval a publisher with players is asked for a key frame this long after its last one; zero: only when a
 *     player needs one
 * @param minBitrateBps a publisher's REMB never says less, and its answer asks Chromium for no less; 0: the usual least
 * @param maxBitrateBps nor more, and its answer names this limit; 0: the usual most, and no limit in the answer
 * @param preferredCodecs names in lower case, the first that a publisher offers is taken; then its own order counts
 * @param adaptive whether a publisher is told what its way carries
 * @param transport which candidates a publisher gets
 * @param sourceTimeout a publisher from which nothing comes for so long counts as away
 * @param grace how long players wait for a publisher's return; null: as long as {@link EngineConfig} says
 */
public record StreamSettings(
        Duration keyFrameInterval,
        long minBitrateBps,
        long maxBitrateBps,
        List<String> preferredCodecs,
        boolean adaptive,
        Transport transport,
        Duration sourceTimeout,
        Duration grace) {

    /** Ways of media. */
    public enum Transport {
        /** UDP first. */
        BOTH,
        UDP,
        TCP
    }

    /** Nothing said. */
    public static final StreamSettings DEFAULTS = new StreamSettings(Duration.ZERO, 0, 0);

    public StreamSettings {
        preferredCodecs = List.copyOf(preferredCodecs);
    }

    /** Nothing else said. */
    public StreamSettings(Duration keyFrameInterval, long minBitrateBps, long maxBitrateBps) {
        this(
                keyFrameInterval,
                minBitrateBps,
                maxBitrateBps,
                List.of(),
                true,
                Transport.BOTH,
                Duration.ofSeconds(5),
                null);
    }

    /** What a publisher may be told while it publishes. */
    PublisherWishes wishes() {
        return new PublisherWishes(minBitrateBps, maxBitrateBps, sourceTimeout.toNanos(), keyFrameInterval.toNanos());
    }

    /** The same with this grace time where none is said. */
    public StreamSettings withDefaultGrace(Duration otherwise) {
        return grace != null
                ? this
                : new StreamSettings(
                        keyFrameInterval,
                        minBitrateBps,
                        maxBitrateBps,
                        preferredCodecs,
                        adaptive,
                        transport,
                        sourceTimeout,
                        otherwise);
    }
}
