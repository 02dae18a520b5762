package dev.sluice.signaling.metrics;

import java.time.Instant;

/**
 * How the configuration came in. Immutable.
 *
 * @param ok whether the last attempt to read it was applied
 * @param appliedAt when that was last so
 * @param applied attempts that were, the start not counted
 * @param refused attempts that were not
 */
public record ReloadStatus(boolean ok, Instant appliedAt, long applied, long refused) {

    /** Read once, at the start. */
    public static ReloadStatus atStart(Instant start) {
        return new ReloadStatus(true, start, 0, 0);
    }
}
