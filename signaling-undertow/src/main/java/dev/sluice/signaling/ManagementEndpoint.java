package dev.sluice.signaling;

import dev.sluice.signaling.access.Gate;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.admin.AdminEndpoint;
import dev.sluice.signaling.admin.DrainEndpoint;
import dev.sluice.signaling.diagnose.Diagnosis;
import dev.sluice.signaling.events.EventFeed;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.metrics.Metrics;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;

/**
 * What is for operators: the API, {@code /-/events}, {@code /-/drain}, {@code /-/metrics} and {@code /-/diagnose}, behind the gate;
 * no page of another origin reads their answers. Safe for many threads; called on I/O threads.
 */
final class ManagementEndpoint {
    private static final String METRICS = "/-/metrics";
    private static final String DIAGNOSE = "/-/diagnose";

    private final Gate gate;
    private final Metrics metrics;
    private final Diagnosis diagnosis;
    private final AdminEndpoint api;
    private final EventFeed events;
    private final DrainEndpoint drain;
    private final VirtualThreads threads;

    ManagementEndpoint(
            Gate gate,
            Metrics metrics,
            Diagnosis diagnosis,
            AdminEndpoint api,
            EventFeed events,
            DrainEndpoint drain,
            VirtualThreads threads) {
        this.gate = gate;
        this.metrics = metrics;
        this.diagnosis = diagnosis;
        this.api = api;
        this.events = events;
        this.drain = drain;
        this.threads = threads;
    }

    /** Whether the path is one of these. */
    static boolean owns(HttpServerExchange exchange, Request request) {
        return AdminEndpoint.owns(exchange.getRequestPath())
                || switch (request.path()) {
                    case METRICS, DIAGNOSE, EventFeed.PATH, DrainEndpoint.PATH -> true;
                    default -> false;
                };
    }

    /** Whether the answer takes as long as its reader likes. */
    static boolean isLasting(HttpServerExchange exchange, Request request) {
        return request.path().equals(EventFeed.PATH)
                || AdminEndpoint.isDownload(exchange.getRequestMethod().toString(), exchange.getRequestPath());
    }

    void handle(HttpServerExchange exchange, Request request) {
        if (AdminEndpoint.owns(exchange.getRequestPath())) {
            api.handle(exchange, request);
            return;
        }
        switch (request.path()) {
            case EventFeed.PATH -> events.handle(exchange, request);
            case DrainEndpoint.PATH -> drain.handle(exchange, request);
            case METRICS ->
                answer(exchange, request, () -> Replies.text(exchange, 200, Metrics.CONTENT_TYPE, metrics.scrape()));
            default -> answer(exchange, request, () -> sendDiagnosis(exchange));
        }
    }

    private void answer(HttpServerExchange exchange, Request request, VirtualThreads.Work work) {
        // The gate may compute a hash.
        threads.dispatch(exchange, () -> check(exchange, request, work));
    }

    private void check(HttpServerExchange exchange, Request request, VirtualThreads.Work work) throws Exception {
        Problem problem = gate.check(request.caller());
        String method = exchange.getRequestMethod().toString();
        if (problem != null) {
            Replies.problem(exchange, problem);
        } else if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
            Replies.problem(exchange, Problem.method("GET, HEAD"));
        } else {
            exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
            work.run();
        }
    }

    private void sendDiagnosis(HttpServerExchange exchange) throws Exception {
        byte[] zip = diagnosis.zip();
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/zip");
        exchange.getResponseHeaders().put(Headers.CONTENT_DISPOSITION, "attachment; filename=sluice-diagnose.zip");
        exchange.getResponseSender().send(ByteBuffer.wrap(zip));
    }
}
