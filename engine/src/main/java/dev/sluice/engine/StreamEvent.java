package dev.sluice.engine;

/**
 * A change in the life of a stream. Immutable.
 *
 * @param players that had the stream then, connected or connecting
 * @param atEpochMs when it happened
 */
public record StreamEvent(Kind kind, String stream, int players, long atEpochMs) {

    /** What happened. */
    public enum Kind {
        /** A publisher's media is connected, and there was none before. */
        LIVE,
        /** Another publisher has the stream; the one before is closed with {@link SessionEnd#REPLACED}. */
        TAKEN_OVER,
        /** Its publisher is silent or gone, and may come back within the grace time. */
        WAITING,
        /** The publisher is back within the grace time, or another one came. */
        RESUMED,
        /** The grace time is over, or the server stops: players are told to go. */
        ENDED
    }
}
