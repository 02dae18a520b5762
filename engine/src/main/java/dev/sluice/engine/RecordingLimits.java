package dev.sluice.engine;

import java.time.Duration;

/**
 * How much one recording may take. Immutable.
 *
 * @param longest up to an hour
 * @param mostBytes of the file, from 1 MiB to 512 MiB; the beginning takes as much as the stream's logs, some 4 MiB
 */
public record RecordingLimits(Duration longest, long mostBytes) {
    private static final Duration MOST = Duration.ofHours(1);
    private static final long LEAST_BYTES = 1L << 20;
    private static final long MOST_BYTES = 512L << 20;

    /** Ten minutes, 256 MiB. */
    public static final RecordingLimits DEFAULTS = new RecordingLimits(Duration.ofMinutes(10), 256L << 20);

    public RecordingLimits {
        if (!longest.isPositive() || longest.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("a recording may take up to an hour, not " + longest);
        }
        if (mostBytes < LEAST_BYTES || mostBytes > MOST_BYTES) {
            throw new IllegalArgumentException("a recording may take 1 to 512 MiB, not " + mostBytes + " bytes");
        }
    }
}
