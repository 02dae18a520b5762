package dev.sluice.signaling.metrics;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What others count and know, asked at each scrape. Immutable.
 *
 * @param version of the server
 * @param ready whether new sessions are taken
 * @param refusals by reason, besides those of the engine; reasons are words of ours, never a client's text
 * @param reload how the configuration came in
 */
public record MetricSources(
        String version, BooleanSupplier ready, Supplier<Map<String, Long>> refusals, Supplier<ReloadStatus> reload) {}
