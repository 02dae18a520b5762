package dev.sluice.signaling.events;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how long a delivery is tried. Immutable.
 *
 * @param first pause, doubled after each failure
 * @param longest pause
 * @param tries in all
 * @param maxAge of an event that is still worth a try
 * @param timeout of a try
 */
record RetryPolicy(Duration first, Duration longest, int tries, Duration maxAge, Duration timeout) {
    static final RetryPolicy DEFAULT = new RetryPolicy(
            Duration.ofSeconds(1), Duration.ofSeconds(60), 8, Duration.ofMinutes(10), Duration.ofSeconds(5));

    private static final int MAX_DOUBLINGS = 20;

    /** After so many failures, from half of the nominal pause to all of it, so that senders do not come in step. */
    Duration pause(int failures, RandomGenerator random) {
        long doubled = first.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS);
        long nominal = doubled <= 0 ? longest.toNanos() : Math.min(doubled, longest.toNanos());
        return Duration.ofNanos(nominal / 2 + random.nextLong(nominal / 2 + 1));
    }
}
