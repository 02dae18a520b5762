package dev.sluice.signaling.metrics;

import dev.sluice.engine.LogMemoryUse;
import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.metrics.Ledger.Look;
import dev.sluice.signaling.session.ClientSession;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Reads at each scrape what the engine and the sessions count by themselves. Safe for many threads. */
final class MediaCollector implements MultiCollector {
    /** Counters whose names begin alike, and say the rest as a label. */
    private record Kind(String prefix, String name, String help, String label) {}

    private static final List<Kind> OTHERS = List.of(
            new Kind("refused.", "sluice_refusals", "What was refused to clients, by reason", "reason"),
            new Kind("ended.", "sluice_ended_rights", "Sessions whose right was over, by how", "reason"),
            new Kind("hook.", "sluice_hook_questions", "Questions to on_publish and on_play, by result", "result"),
            new Kind("event.", "sluice_events", "Events that operators are told of, by type", "type"),
            new Kind(
                    "certificate.", "sluice_certificate_reloads", "Attempts to take other certificate files", "result"),
            new Kind("webhooks.", "sluice_webhook_deliveries", "What became of webhooks' events", "result"));
    /** Role and transport; shown even while there is none of a kind. */
    private static final List<List<String>> KINDS = List.of(
            List.of("publisher", "websocket"),
            List.of("publisher", "whip"),
            List.of("player", "websocket"),
            List.of("player", "whep"));

    private final MediaEngine engine;
    private final Ledger ledger;
    private final MetricSources sources;
    private final LongSupplier clockNs;
    private final AtomicReference<Look> newest = new AtomicReference<>();

    MediaCollector(MediaEngine engine, Ledger ledger, MetricSources sources, LongSupplier clockNs) {
        this.engine = engine;
        this.ledger = ledger;
        this.sources = sources;
        this.clockNs = clockNs;
    }

    /** Takes down what the next collection tells of sessions; they are gone through once for a scrape. */
    void look() {
        newest.set(ledger.look(clockNs.getAsLong()));
    }

    @Override
    public MetricSnapshots collect() {
        Families families = new Families();
        engine.loops().forEach(loop -> LoopFamilies.add(families, loop));
        // Not kept: sessions would outlive their end until somebody asks again. Another scrape may have taken this
        // one's.
        Look taken = newest.getAndSet(null);
        Look look = taken == null ? ledger.look(clockNs.getAsLong()) : taken;
        StreamFamilies.add(families, look);
        addServer(families);
        addSessions(families, look.sessions());
        Map<String, Long> counters = engine.counters();
        addEngine(families, counters);
        addOthers(families, counters);
        addReload(families, sources.reload().get());
        return families.build();
    }

    private void addServer(Families families) {
        families.gauge(
                "sluice_build_info",
                "What runs, by labels; always 1",
                1,
                "version",
                sources.version(),
                "java",
                Runtime.version().toString(),
                "srtp",
                engine.srtp().option(),
                "io",
                engine.io().option());
        families.gauge(
                "sluice_ready",
                "Whether new sessions are taken (/-/ready)",
                sources.ready().getAsBoolean() ? 1 : 0);
        families.gauge(
                "sluice_streams",
                "Streams that are live or wait for their publisher's return",
                engine.streams().size());
        LogMemoryUse memory = engine.logMemory();
        families.gauge("sluice_log_memory_used_bytes", "Memory of publishers' logs in use", memory.usedBytes());
        families.gauge(
                "sluice_log_memory_limit_bytes", "Memory that publishers' logs may use together", memory.mostBytes());
    }

    private static void addSessions(Families families, List<ClientSession> sessions) {
        Map<List<String>, Integer> counts = new LinkedHashMap<>();
        for (List<String> kind : KINDS) {
            counts.put(kind, 0);
        }
        for (ClientSession session : sessions) {
            counts.merge(List.of(SessionFigures.role(session), session.transport()), 1, Integer::sum);
        }
        counts.forEach((kind, count) -> families.gauge(
                "sluice_sessions",
                "Sessions, connected or connecting",
                count,
                "role",
                kind.getFirst(),
                "transport",
                kind.getLast()));
    }

    private static void addEngine(Families families, Map<String, Long> counters) {
        families.counter("sluice_errors", "Unexpected exceptions in the engine", counters.getOrDefault("errors", 0L));
        families.counter(
                "sluice_stream_events_dropped",
                "Changes of streams that were not told, since too many waited",
                counters.getOrDefault("stream_events_dropped", 0L));
        String connections = "TCP connections for media at the door";
        families.counter(
                "sluice_tcp_connections", connections, counters.getOrDefault("tcp_accepted", 0L), "result", "accepted");
        families.counter(
                "sluice_tcp_connections", connections, counters.getOrDefault("tcp_refused", 0L), "result", "refused");
    }

    /** Where two count for the same reason, both do. */
    private void addOthers(Families families, Map<String, Long> counters) {
        Map<String, Long> sums = new TreeMap<>();
        for (Map<String, Long> source : List.of(sources.counters().get(), counters)) {
            source.forEach((counter, count) -> sums.merge(counter, count, Long::sum));
        }
        for (Kind kind : OTHERS) {
            sums.forEach((counter, count) -> {
                if (counter.startsWith(kind.prefix)) {
                    families.counter(kind.name, kind.help, count, kind.label, counter.substring(kind.prefix.length()));
                }
            });
        }
    }

    private static void addReload(Families families, ReloadStatus status) {
        families.gauge(
                "sluice_config_last_reload_successful",
                "Whether the last attempt to read the configuration was applied",
                status.ok() ? 1 : 0);
        families.gauge(
                "sluice_config_last_reload_success_timestamp_seconds",
                "When the configuration in force was read",
                status.appliedAt().getEpochSecond());
        String help = "Attempts to read the configuration again";
        families.counter("sluice_config_reloads", help, status.applied(), "result", "applied");
        families.counter("sluice_config_reloads", help, status.refused(), "result", "refused");
    }
}
