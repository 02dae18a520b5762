package dev.sluice.signaling.telemetry;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Watches sessions until their first packet, then has their trace written and sent to a collector (OTLP over HTTP). Waits for
 * nobody: what the collector does not take in time is dropped. Safe for many threads.
 */
public final class SessionTracing implements SessionDirectory.Listener {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
    /** Who has no packet by then is written as it is. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Sessions watched at a time; further ones are not traced. */
    private static final int MAX_PENDING = 10_000;

    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration EXPORT_DELAY = Duration.ofSeconds(1);
    private static final int MAX_TEXT_LENGTH = 200;

    private final SdkTracerProvider provider;
    private final SpanWriter writer;
    private final ConcurrentHashMap<String, ClientSession> pending = new ConcurrentHashMap<>();
    private final Thread looker;

    private SessionTracing(SdkTracerProvider provider) {
        this.provider = provider;
        this.writer = new SpanWriter(provider.get("dev.sluice"));
        this.looker = Thread.ofVirtual().name("tracing").start(this::look);
    }

    /** @param collector without a path of OTLP's own */
    public static SessionTracing start(URI collector, String version, SessionDirectory sessions) {
        ExportLog.install();
        Resource self = Resource.getDefault()
                .merge(Resource.create(Attributes.builder()
                        .put("service.name", "sluice")
                        .put("service.version", version)
                        .put("service.instance.id", UUID.randomUUID().toString())
                        .build()));
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(collector + "/v1/traces")
                .setTimeout(EXPORT_TIMEOUT)
                .setConnectTimeout(EXPORT_TIMEOUT)
                .build();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(self)
                .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(MAX_TEXT_LENGTH)
                        .build())
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setScheduleDelay(EXPORT_DELAY)
                        .setExporterTimeout(EXPORT_TIMEOUT)
                        .build())
                .build();
        SessionTracing tracing = new SessionTracing(provider);
        sessions.addListener(tracing);
        return tracing;
    }

    @Override
    public void onOpened(ClientSession session) {
        if (pending.size() < MAX_PENDING) {
            pending.put(session.id(), session);
        }
    }

    @Override
    public void onEnded(ClientSession session, SessionEnd end) {
        if (pending.remove(session.id()) != null) {
            writer.writeEnded(session, end);
        }
    }

    @Override
    public void onRefused(Role role, String stream, Caller caller, Problem problem) {
        writer.writeRefused(role, stream, caller, problem);
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(LOOK_INTERVAL);
                pending.values().forEach(this::look);
            }
        } catch (InterruptedException e) {
            // The server stops.
        }
    }

    private void look(ClientSession session) {
        boolean plays = session.media().stats().firstMediaNs() >= 0;
        boolean late = session.openedAt().plus(PATIENCE).isBefore(Instant.now());
        if ((plays || late) && pending.remove(session.id()) != null) {
            if (plays) {
                writer.writePlaying(session);
            } else {
                writer.writeSilent(session);
            }
        }
    }

    /** Sends what has been written, for this long at most. */
    public void close(Duration patience) {
        looker.interrupt();
        provider.shutdown().join(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
