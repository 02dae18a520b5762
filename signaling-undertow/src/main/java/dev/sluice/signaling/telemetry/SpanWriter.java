package dev.sluice.signaling.telemetry;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionStats;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.JoinTimes;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.StreamName;
import dev.sluice.signaling.session.ClientSession;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Writes a trace when its end is known: a span for the whole wish, and one for each step of it. Names and attributes are those of
 * OpenTelemetry's semantic conventions where there are some. Safe for many threads.
 */
final class SpanWriter {
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> CLIENT_ADDRESS = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> USER_AGENT = AttributeKey.stringKey("user_agent.original");
    private static final AttributeKey<String> URL_SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> SESSION_ID = AttributeKey.stringKey("session.id");
    private static final AttributeKey<String> STREAM = AttributeKey.stringKey("sluice.stream");
    private static final AttributeKey<String> TRANSPORT = AttributeKey.stringKey("sluice.transport");
    private static final AttributeKey<String> CODECS = AttributeKey.stringKey("sluice.codecs");
    private static final AttributeKey<String> END = AttributeKey.stringKey("sluice.end");

    private static final String TRACE_PARENT = "traceparent";
    private static final TextMapGetter<Caller> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Caller caller) {
            return List.of(TRACE_PARENT);
        }

        @Override
        public String get(Caller caller, String key) {
            return caller != null && key.equals(TRACE_PARENT) ? caller.traceParent() : null;
        }
    };

    private final Tracer tracer;

    SpanWriter(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Its first packet is through. */
    void writePlaying(ClientSession session) {
        Span whole = begin(session);
        SessionStats stats = session.media().stats();
        whole.setAttribute(CODECS, stats.codecs());
        Instant end = writeSteps(whole, session);
        whole.end(end);
    }

    /** It ended before its first packet. */
    void writeEnded(ClientSession session, SessionEnd end) {
        Span whole = begin(session);
        writeSteps(whole, session);
        String reason = end.name().toLowerCase(Locale.ROOT);
        whole.setAttribute(END, reason);
        if (end != SessionEnd.CLIENT_CLOSED && end != SessionEnd.SERVER_STOPPING) {
            whole.setAttribute(ERROR_TYPE, reason);
            whole.setStatus(StatusCode.ERROR, Problem.of(end).title());
        }
        whole.end();
    }

    /** It has waited long enough for its first packet. */
    void writeSilent(ClientSession session) {
        Span whole = begin(session);
        writeSteps(whole, session);
        whole.setAttribute(ERROR_TYPE, "no_media");
        whole.setStatus(StatusCode.ERROR, "No packet came for a minute.");
        whole.end();
    }

    void writeRefused(Role role, String stream, Caller caller, Problem problem) {
        Span whole = begin(role, stream, caller);
        JoinTimes times = caller.times();
        Instant now = Instant.now();
        writeStep(whole, "access", times.arrivedAt(), times.checkedAt());
        writeStep(whole, "wait", times.checkedAt(), times.openingAt());
        writeStep(whole, "engine.open", times.openingAt(), now);
        whole.setAttribute(ERROR_TYPE, problem.code());
        whole.setStatus(StatusCode.ERROR, problem.title());
        whole.end(now);
    }

    private Span begin(ClientSession session) {
        Span whole = begin(session.role(), session.stream(), session.caller());
        whole.setAttribute(SESSION_ID, session.shortId());
        whole.setAttribute(TRANSPORT, session.transport());
        return whole;
    }

    /** In the trace that the request names, else in a new one. */
    private Span begin(Role role, String stream, Caller caller) {
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), caller, HEADERS);
        SpanBuilder builder = tracer.spanBuilder(role == Role.PUBLISH ? "publish" : "play")
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .setStartTimestamp(caller.times().arrivedAt())
                .setAttribute(CLIENT_ADDRESS, caller.source().getHostAddress())
                .setAttribute(USER_AGENT, caller.userAgent())
                .setAttribute(URL_SCHEME, caller.scheme());
        if (StreamName.isValid(stream)) {
            builder.setAttribute(STREAM, stream);
        }
        return builder.startSpan();
    }

    /** Returns the end of the last step that was reached. */
    private Instant writeSteps(Span whole, ClientSession session) {
        JoinTimes times = session.caller().times();
        SessionStats stats = session.media().stats();
        Instant opened = times.openedAt() == null ? session.openedAt() : times.openedAt();
        writeStep(whole, "access", times.arrivedAt(), times.checkedAt());
        writeStep(whole, "wait", times.checkedAt(), times.openingAt());
        writeStep(whole, "engine.open", times.openingAt(), opened);
        Instant reached = opened;
        String[] names = {"ice", "dtls", "first_media"};
        long[] sinceOpenedNs = {stats.iceNs(), stats.dtlsNs(), stats.firstMediaNs()};
        for (int i = 0; i < names.length && sinceOpenedNs[i] >= 0; i++) {
            Instant end = opened.plusNanos(sinceOpenedNs[i]);
            writeStep(whole, names[i], reached, end);
            reached = end;
        }
        return reached;
    }

    /** Nothing when the step was not reached. */
    private void writeStep(Span whole, String name, Instant from, Instant to) {
        if (from != null && to != null) {
            tracer.spanBuilder(name)
                    .setParent(Context.root().with(whole))
                    .setStartTimestamp(from)
                    .startSpan()
                    .end(to);
        }
    }
}
