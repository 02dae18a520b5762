package dev.sluice.benchmarks.network;

/** What happens in a network while it is measured. */
enum Course {
    /** Players watch from beginning to end. */
    WATCH,
    /** One player after the other comes and goes, each just after somebody else's key frame. */
    JOIN_FRESH,
    /** The same, each when the last key frame is long ago. */
    JOIN_LATE,
    /** Players watch, and another publisher takes the stream over half-way. */
    TAKEOVER
}
