package dev.sluice.signaling.http;

import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.OtherServer;
import dev.sluice.signaling.drain.Drain;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.Optional;

/** What somebody hears over HTTP who wants a new session while the server drains. Stateless. */
public final class DrainAnswer {
    private DrainAnswer() {}

    /** @param path that the client wants, at the other server the same */
    public static void send(Drain drain, HttpServerExchange exchange, Request request, String path) {
        Optional<OtherServer> elsewhere = drain.elsewhere(request.caller());
        if (elsewhere.isEmpty()) {
            Replies.problem(exchange, Problem.draining());
            return;
        }
        // With the query: passwords and tokens are in it.
        String query = exchange.getQueryString();
        String location = elsewhere.get().stream(path) + (query.isEmpty() ? "" : "?" + query);
        exchange.getResponseHeaders().put(Headers.LOCATION, location);
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        Replies.empty(exchange, StatusCodes.TEMPORARY_REDIRECT);
    }
}
