package dev.sluice.benchmarks.network.relay;

import java.util.List;

/**
 * What one direction of a way does to datagrams. Immutable.
 *
 * @param loss share of the datagrams that are lost
 * @param burst how many are lost at a time
 * @param delayMs of each
 * @param jitterMs mean of what comes on top, exponentially distributed and at most five times that; it changes no order
 * @param reordered share of the datagrams that come later than their successors
 * @param reorderMs by how much these come later
 * @param duplicated share of the datagrams that arrive twice
 * @param rates how much passes, from when on; no entry: no limit
 * @param queueMs of traffic at the present rate may wait; what comes beyond that is lost
 */
public record Way(
        double loss,
        int burst,
        double delayMs,
        double jitterMs,
        double reordered,
        double reorderMs,
        double duplicated,
        List<Rate> rates,
        double queueMs) {
    private static final double QUEUE_MS = 300;

    /**
     * From a time on, so much passes, Internet and UDP headers included.
     *
     * @param fromMs since the way began to count
     */
    public record Rate(long fromMs, int kbps) {}

    public Way {
        if (loss < 0 || loss >= 1 || burst < 1 || delayMs < 0 || jitterMs < 0 || queueMs <= 0) {
            throw new IllegalArgumentException("no such way");
        }
        if (rates.stream().anyMatch(each -> each.kbps() < 1)) {
            throw new IllegalArgumentException("a way carries at least 1 kbit/s");
        }
        rates = List.copyOf(rates);
    }

    /** Delays, and nothing else. */
    public static Way delayed(double delayMs) {
        return new Way(0, 1, delayMs, 0, 0, 0, 0, List.of(), QUEUE_MS);
    }

    public Way losing(double share) {
        return losing(share, 1);
    }

    /** Loses so many in a row at a time; the share counts all of them. */
    public Way losing(double share, int inARow) {
        return new Way(share, inARow, delayMs, jitterMs, reordered, reorderMs, duplicated, rates, queueMs);
    }

    public Way jittering(double meanMs) {
        return new Way(loss, burst, delayMs, meanMs, reordered, reorderMs, duplicated, rates, queueMs);
    }

    public Way reordering(double share, double byMs) {
        return new Way(loss, burst, delayMs, jitterMs, share, byMs, duplicated, rates, queueMs);
    }

    public Way duplicating(double share) {
        return new Way(loss, burst, delayMs, jitterMs, reordered, reorderMs, share, rates, queueMs);
    }

    public Way carrying(int kbps) {
        return carrying(List.of(new Rate(0, kbps)));
    }

    public Way carrying(List<Rate> inTime) {
        return new Way(loss, burst, delayMs, jitterMs, reordered, reorderMs, duplicated, inTime, queueMs);
    }

    public Way queueing(double atMostMs) {
        return new Way(loss, burst, delayMs, jitterMs, reordered, reorderMs, duplicated, rates, atMostMs);
    }

    /** In kbit/s; 0 when there is no limit. */
    public int kbps(long sinceMs) {
        int kbps = rates.isEmpty() ? 0 : rates.getFirst().kbps();
        for (Rate rate : rates) {
            if (rate.fromMs() <= sinceMs) {
                kbps = rate.kbps();
            }
        }
        return kbps;
    }
}
