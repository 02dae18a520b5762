package dev.sluice.signaling.http;

import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.json.Json;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. Safe for many threads; each call ends its exchange. */
public final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    public static final HttpString X_SID = new HttpString("X-Sid");
    public static final HttpString ACCEPT_POST = new HttpString("Accept-Post");
    public static final HttpString ACCEPT_PATCH = new HttpString("Accept-Patch");

    public static final HttpString LINK = new HttpString("Link");

    public static final HttpString NO_SNIFF = new HttpString("X-Content-Type-Options");

    private Replies() {}

    public static void empty(HttpServerExchange exchange, int status) {
        exchange.setStatusCode(status);
        exchange.endExchange();
    }

    public static void json(HttpServerExchange exchange, int status, Object body) {
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        text(exchange, status, "application/json", Json.write(body));
    }

    public static void text(HttpServerExchange exchange, int status, String contentType, String body) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
        exchange.getResponseHeaders().put(NO_SNIFF, "nosniff");
        exchange.getResponseSender().send(body, StandardCharsets.UTF_8);
    }

    public static void problem(HttpServerExchange exchange, Problem problem) {
        LOG.debug(
                "path={} event=refused status={} code={}", exchange.getRequestPath(), problem.status(), problem.code());
        if (exchange.isResponseStarted()) {
            exchange.endExchange();
            return;
        }
        if (problem.retryAfterSeconds() > 0) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, problem.retryAfterSeconds());
        }
        if (!problem.location().isEmpty()) {
            exchange.getResponseHeaders().put(Headers.LOCATION, problem.location());
        }
        if (problem.status() == 401 && !exchange.getResponseHeaders().contains(Headers.WWW_AUTHENTICATE)) {
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
        }
        json(exchange, problem.status(), problem.httpBody());
    }
}
