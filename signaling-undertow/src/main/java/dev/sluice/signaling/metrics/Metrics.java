package dev.sluice.signaling.metrics;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All that Prometheus is told. Safe for many threads.
 *
 * <p>The registry comes into being when the first is told or asked: at the server's start its classes would cost a tenth of the time.
 */
public final class Metrics implements SessionDirectory.Listener, AutoCloseable {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Duration[] JOIN_BUCKETS = millis(25, 50, 100, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000);
    /** A stall is 150 ms long at least: the first bucket is who had none. */
    private static final Duration[] STALLED_BUCKETS =
            millis(100, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000);

    private final Ledger ledger = new Ledger(this::onJoined);
    private final ClientReports reports;
    private final MediaCollector collector;
    private final ReentrantLock lock = new ReentrantLock();
    private PrometheusMeterRegistry registry;
    private JvmGcMetrics gc;

    public Metrics(MediaEngine engine, SessionDirectory sessions, MetricSources sources) {
        this.collector = new MediaCollector(engine, ledger, sources, System::nanoTime);
        this.reports = new ClientReports(
                sessions, ledger, this::onFirstFrame, this::onStalled, System::nanoTime, InstantSource.system());
    }

    private static Duration[] millis(long... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.ofMillis(values[i]);
        }
        return durations;
    }

    /** Where clients' uploaded figures go. */
    public ClientReports reports() {
        return reports;
    }

    /** The whole text of one scrape. */
    public String scrape() {
        PrometheusMeterRegistry asked = registry();
        // Before the registry reads its histograms: a look finds out who has joined, and whose last word was heard.
        collector.look();
        reports.look();
        return asked.scrape();
    }

    @Override
    public void onOpened(ClientSession session) {
        ledger.onOpened(session);
    }

    @Override
    public void onEnded(ClientSession session, SessionEnd end) {
        PrometheusMeterRegistry told = registry();
        ledger.onEnded(session, System.nanoTime());
        reports.onEnded(session);
        Counter.builder("sluice.ended.sessions")
                .description("Sessions that ended, by what ended them")
                .tag("role", SessionFigures.role(session))
                .tag("reason", end.name().toLowerCase(Locale.ROOT))
                .register(told)
                .increment();
    }

    private void onJoined(ClientSession session, long firstMediaNs) {
        timer(
                        "sluice.join.first.packet",
                        "From a session's opening to its first RTP packet",
                        JOIN_BUCKETS,
                        SessionFigures.role(session),
                        session.transport())
                .record(firstMediaNs, TimeUnit.NANOSECONDS);
    }

    private void onFirstFrame(ClientReports.Viewer viewer, long firstFrameMs) {
        timer(
                        "sluice.client.first.frame",
                        "From asking to the first picture, by the client's own word",
                        JOIN_BUCKETS,
                        viewer.role(),
                        viewer.transport())
                .record(firstFrameMs, TimeUnit.MILLISECONDS);
    }

    private void onStalled(ClientReports.Viewer viewer, long stalledMs) {
        timer(
                        "sluice.client.stalled",
                        "How long a session's picture stood still in all, by the client's own word, at its end",
                        STALLED_BUCKETS,
                        viewer.role(),
                        viewer.transport())
                .record(stalledMs, TimeUnit.MILLISECONDS);
    }

    private Timer timer(String name, String help, Duration[] buckets, String role, String transport) {
        return Timer.builder(name)
                .description(help)
                .serviceLevelObjectives(buckets)
                .tag("role", role)
                .tag("transport", transport)
                .register(registry());
    }

    private PrometheusMeterRegistry registry() {
        lock.lock();
        try {
            if (registry == null) {
                PrometheusRegistry prometheus = new PrometheusRegistry();
                registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
                new JvmMemoryMetrics().bindTo(registry);
                new JvmThreadMetrics().bindTo(registry);
                gc = new JvmGcMetrics();
                gc.bindTo(registry);
                prometheus.register(collector);
            }
            return registry;
        } finally {
            lock.unlock();
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (gc != null) {
                gc.close();
                gc = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
