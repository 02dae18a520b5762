package dev.sluice.benchmarks.load.measure;

/**
 * Times in nanoseconds, counted in buckets of less than 1.6 % of their value: 64 to each power of two, from 0 to 2^40 ns (18
 * minutes), the largest kept exactly. Of fixed size, without allocation. Confined to one thread.
 */
public final class Histogram {
    private static final int SUB_BITS = 6;
    private static final int SUB = 1 << SUB_BITS;
    private static final int MAX_BITS = 40;

    private final long[] counts = new long[(MAX_BITS - SUB_BITS + 1) * SUB];
    private long count;
    private long maxNs;

    /** Negative times count as 0: two clocks' reads that overlap. */
    public void record(long ns) {
        long value = Math.clamp(ns, 0, (1L << MAX_BITS) - 1);
        counts[bucket(value)]++;
        count++;
        maxNs = Math.max(maxNs, value);
    }

    private static int bucket(long value) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - SUB_BITS - 1);
        // Below 2^(SUB_BITS+1) each value is a bucket of its own; from there each power of two has SUB of them.
        return (int) (value >>> shift) + shift * SUB;
    }

    private static long upperNs(int bucket) {
        if (bucket < 2 * SUB) {
            return bucket;
        }
        int shift = bucket / SUB - 1;
        return ((long) (bucket - shift * SUB) + 1 << shift) - 1;
    }

    public long count() {
        return count;
    }

    public long maxNs() {
        return maxNs;
    }

    /** The time that this part (0 … 1) of all stays within; 0 when there is none. */
    public long quantileNs(double part) {
        long rank = (long) Math.ceil(part * count);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return Math.min(maxNs, upperNs(i));
            }
        }
        return 0;
    }

    /** Adds all of another one. */
    public void add(Histogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        maxNs = Math.max(maxNs, other.maxNs);
    }
}
