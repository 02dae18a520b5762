package dev.sluice.engine;

/**
 * The memory of all publishers' logs at one moment. Immutable.
 *
 * @param usedBytes by logs that somebody writes or reads
 * @param mostBytes that they may take together
 * @param full whether there is no room for a publisher of one picture and sound
 */
public record LogMemoryUse(long usedBytes, long mostBytes, boolean full) {}
