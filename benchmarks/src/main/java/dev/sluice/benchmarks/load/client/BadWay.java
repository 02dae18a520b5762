package dev.sluice.benchmarks.load.client;

/**
 * A way that is bad by itself. Immutable.
 *
 * @param lossShare of packets, at random
 * @param bitrateBps what it carries, 0 for all
 */
public record BadWay(double lossShare, long bitrateBps) {
    /** What would wait for longer is dropped. */
    static final long QUEUE_NS = 300_000_000L;

    /** How long a packet occupies it. */
    long sendingNs(int lengthBytes) {
        return bitrateBps == 0 ? 0 : 8_000_000_000L * lengthBytes / bitrateBps;
    }
}
