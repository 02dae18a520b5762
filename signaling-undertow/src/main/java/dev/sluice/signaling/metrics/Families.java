package dev.sluice.signaling.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values by metric name, as they come together for one scrape. Confined to one scrape. */
final class Families {
    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();

    /** @param name without {@code _total} */
    void counter(String name, String help, double value, String... labels) {
        counters.computeIfAbsent(
                        name, key -> CounterSnapshot.builder().name(key).help(help))
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(value)
                        .labels(Labels.of(labels))
                        .build());
    }

    /** What is not a number is not known, and left out. */
    void gauge(String name, String help, double value, String... labels) {
        if (!Double.isNaN(value)) {
            gauges.computeIfAbsent(
                            name, key -> GaugeSnapshot.builder().name(key).help(help))
                    .dataPoint(GaugeDataPointSnapshot.builder()
                            .value(value)
                            .labels(Labels.of(labels))
                            .build());
        }
    }

    MetricSnapshots build() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        counters.values().forEach(family -> all.metricSnapshot(family.build()));
        gauges.values().forEach(family -> all.metricSnapshot(family.build()));
        return all.build();
    }
}
