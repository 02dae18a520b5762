package dev.sluice.signaling.metrics;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What others count and know, asked at each scrape. Immutable.
 *
 * @param version of the server
 * @param ready whether new sessions are taken
 * @param counters by name, besides those of the engine, such as {@code refused.REASON}; of our words, never a client's text
 * @param reload how the configuration came in
 */
public record MetricSources(
        String version, BooleanSupplier ready, Supplier<Map<String, Long>> counters, Supplier<ReloadStatus> reload) {}
