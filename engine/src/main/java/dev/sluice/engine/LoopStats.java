package dev.sluice.engine;

import java.util.Map;

/**
 * One media loop at one moment. Immutable.
 *
 * @param port its UDP port
 * @param sessions connected or connecting
 * @param busyPercent of the last second
 * @param counters since the start, by name as in {@link MediaEngine#counters}
 */
public record LoopStats(int index, int port, long sessions, int busyPercent, Map<String, Long> counters) {}
