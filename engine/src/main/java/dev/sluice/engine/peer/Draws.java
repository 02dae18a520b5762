package dev.sluice.engine.peer;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea and Flood 2014) with its state in a plain field, so that a recording has it and a replay draws the same
 * numbers. Confined to one media loop.
 */
public final class Draws implements RandomGenerator {
    private long state;

    public Draws(long seed) {
        state = seed;
    }

    @Override
    public long nextLong() {
        state += 0x9e37_79b9_7f4a_7c15L;
        long mixed = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }
}
