package dev.sluice.engine.peer;

/**
 * What an operator wants of a publisher, and may change while it publishes. Immutable.
 *
 * @param minBps its REMB never says less; 0: the usual least
 * @param maxBps nor more; 0: the usual most
 * @param silenceNs how long nothing may come before it counts as gone
 * @param keyFrameIntervalNs while there are players, it is asked for a key frame this long after the last one; 0 for never
 */
public record PublisherWishes(long minBps, long maxBps, long silenceNs, long keyFrameIntervalNs) {
    /** Nothing said. */
    public static final PublisherWishes NONE = new PublisherWishes(0, 0, Publisher.SILENCE_NS, 0);
}
