package dev.sluice.signaling;

import dev.sluice.signaling.access.Gate;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.diagnose.Diagnosis;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.metrics.Metrics;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;

/**
 * {@code /-/metrics} and {@code /-/diagnose}, behind the gate; no page of another origin reads their answers. Safe for many threads;
 * called on I/O threads.
 */
final class ManagementEndpoint {
    private final Gate gate;
    private final Metrics metrics;
    private final Diagnosis diagnosis;
    private final VirtualThreads threads;

    ManagementEndpoint(Gate gate, Metrics metrics, Diagnosis diagnosis, VirtualThreads threads) {
        this.gate = gate;
        this.metrics = metrics;
        this.diagnosis = diagnosis;
        this.threads = threads;
    }

    /** Answers when the path is one of these, else returns false. */
    boolean handle(HttpServerExchange exchange, Request request) {
        VirtualThreads.Work work =
                switch (request.path()) {
                    case "/-/metrics" -> () -> Replies.text(exchange, 200, Metrics.CONTENT_TYPE, metrics.scrape());
                    case "/-/diagnose" -> () -> sendDiagnosis(exchange);
                    default -> null;
                };
        if (work == null) {
            return false;
        }
        // The gate may compute a hash.
        threads.dispatch(exchange, () -> answer(exchange, request, work));
        return true;
    }

    private void answer(HttpServerExchange exchange, Request request, VirtualThreads.Work work) throws Exception {
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
