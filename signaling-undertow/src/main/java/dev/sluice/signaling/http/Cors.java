package dev.sluice.signaling.http;

import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

/**
 * The CORS headers that every known WHIP and WHEP client needs, on answers of every status: without them a browser reports a
 * network error instead. Only for origins that {@link AccessControl} lets pass. Immutable.
 */
public final class Cors {
    private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
    private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
    private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
    private static final HttpString EXPOSE_HEADERS = new HttpString("Access-Control-Expose-Headers");
    private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");

    private final AccessControl access;

    public Cors(AccessControl access) {
        this.access = access;
    }

    /** Adds the headers; the caller has passed the origin check. */
    public void allow(HttpServerExchange exchange, Role role, Caller caller) {
        HeaderMap headers = exchange.getResponseHeaders();
        if (access.allowsAnyOrigin(role)) {
            headers.put(ALLOW_ORIGIN, "*");
        } else {
            headers.put(Headers.VARY, "Origin");
            if (caller.origin() != null) {
                headers.put(ALLOW_ORIGIN, caller.origin());
            }
        }
        // One client reads the methods of a plain OPTIONS answer to learn whether it may trickle.
        headers.put(ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        headers.put(ALLOW_HEADERS, "Authorization, Content-Type, If-Match, ETag, X-Sid, traceparent");
        headers.put(
                EXPOSE_HEADERS,
                "Location, ETag, Link, X-Sid, Accept-Post, Accept-Patch, Access-Control-Allow-Methods, Retry-After");
        headers.put(MAX_AGE, "86400");
    }

    /** For what holds no secret and changes nothing: pages and scripts. */
    public static void allowAll(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(ALLOW_ORIGIN, "*");
    }
}
