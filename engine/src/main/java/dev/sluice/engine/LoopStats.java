package dev.sluice.engine;

import java.util.Map;

/**
 * One media loop at one moment. Immutable.
 *
 * @param port its UDP port
 * @param sessions connected or connecting
 * @param busyPercent of the last second
 * @param sinceCycleNs since its last duty cycle ended; a healthy loop has one a second at least
 * @param counters since the start, by name as in {@link MediaEngine#counters}
 */
public record LoopStats(
        int index, int port, long sessions, int busyPercent, long sinceCycleNs, Map<String, Long> counters) {}
