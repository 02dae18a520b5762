package dev.sluice.signaling.access;

import java.time.Instant;

/**
 * When a client's wish to publish or play came, was allowed, was handed to the engine and became a session. Told by those who
 * do it, read by those who report it. Safe for many threads.
 */
public final class JoinTimes {
    private static final long NOT_YET = Long.MIN_VALUE;

    private final Instant arrivedAt = Instant.now();
    private final long arrivedNs = System.nanoTime();
    private volatile long checkedNs = NOT_YET;
    private volatile long openingNs = NOT_YET;
    private volatile long openedNs = NOT_YET;

    /** Whether the client may do it has been decided. */
    public void checked() {
        checkedNs = System.nanoTime() - arrivedNs;
    }

    /** The engine is asked now; the last time counts. */
    public void opening() {
        openingNs = System.nanoTime() - arrivedNs;
    }

    public void opened() {
        openedNs = System.nanoTime() - arrivedNs;
    }

    public Instant arrivedAt() {
        return arrivedAt;
    }

    /** Null before. */
    public Instant checkedAt() {
        return at(checkedNs);
    }

    /** Null before. */
    public Instant openingAt() {
        return at(openingNs);
    }

    /** Null before. */
    public Instant openedAt() {
        return at(openedNs);
    }

    private Instant at(long sinceNs) {
        return sinceNs == NOT_YET ? null : arrivedAt.plusNanos(sinceNs);
    }
}
