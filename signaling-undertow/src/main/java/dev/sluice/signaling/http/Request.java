package dev.sluice.signaling.http;

import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.JoinTimes;
import dev.sluice.signaling.access.Proxies;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parts of a request that handlers ask for. Immutable. */
public final class Request {
    private static final HttpString FORWARDED_FOR = new HttpString("X-Forwarded-For");
    private static final HttpString FORWARDED_PROTO = new HttpString("X-Forwarded-Proto");
    private static final HttpString FETCH_SITE = new HttpString("Sec-Fetch-Site");
    private static final List<HttpString> FORWARDED = List.of(
            FORWARDED_FOR,
            FORWARDED_PROTO,
            new HttpString("Forwarded"),
            new HttpString("Via"),
            new HttpString("X-Real-IP"));
    private static final HttpString TRACE_PARENT = new HttpString("traceparent");
    private static final String BEARER = "bearer ";

    private final String path;
    private final Caller caller;

    private Request(String path, Caller caller) {
        this.path = path;
        this.caller = caller;
    }

    public static Request of(HttpServerExchange exchange, Proxies proxies) {
        HeaderMap headers = exchange.getRequestHeaders();
        InetAddress peer = exchange.getSourceAddress().getAddress();
        Caller caller = new Caller(
                proxies.source(peer, joined(headers, FORWARDED_FOR)),
                proxies.scheme(peer, exchange.getRequestScheme(), headers.getFirst(FORWARDED_PROTO)),
                text(headers, Headers.HOST),
                headers.getFirst(Headers.ORIGIN),
                text(headers, Headers.USER_AGENT),
                text(headers, Headers.REFERER),
                parseQuery(exchange.getQueryString()),
                bearer(headers.getFirst(Headers.AUTHORIZATION)),
                text(headers, Headers.AUTHORIZATION),
                text(headers, FETCH_SITE),
                FORWARDED.stream().anyMatch(headers::contains),
                text(headers, TRACE_PARENT),
                new JoinTimes());
        return new Request(decode(exchange.getRequestPath()), caller);
    }

    private static String text(HeaderMap headers, HttpString name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
    }

    private static String joined(HeaderMap headers, HttpString name) {
        return headers.contains(name) ? String.join(",", headers.get(name)) : null;
    }

    /** Decoded where that works; what is wrongly escaped stays as it is and is no valid stream name. */
    public static String decode(String text) {
        try {
            return text.indexOf('%') < 0 ? text : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** Whether the body is said to be of a type such as {@code application/json}, with or without parameters. */
    public static boolean hasType(HttpServerExchange exchange, String expected) {
        String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        if (type == null) {
            return false;
        }
        int parameters = type.indexOf(';');
        String bare = parameters < 0 ? type : type.substring(0, parameters);
        return bare.strip().toLowerCase(Locale.ROOT).equals(expected);
    }

    /** The first value of each name; a name without a value has an empty one. */
    static Map<String, String> parseQuery(String query) {
        Map<String, String> values = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1).replace('+', ' ');
            values.putIfAbsent(decode(name), decode(value));
        }
        return values;
    }

    public String path() {
        return path;
    }

    public Caller caller() {
        return caller;
    }

    /** Null when absent. */
    public String query(String name) {
        return caller.query().get(name);
    }

    /** Whether a flag such as {@code audio} is switched off by {@code audio=0}. */
    public boolean isOff(String name) {
        String value = query(name);
        return "0".equals(value) || "false".equals(value);
    }

    public boolean isOn(String name) {
        String value = query(name);
        return "1".equals(value) || "true".equals(value);
    }

    /** The bearer token, or the bare header: one player sends its key without the word. Null when there is none. */
    private static String bearer(String authorization) {
        if (authorization == null) {
            return null;
        }
        String text = authorization.strip();
        return text.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? text.substring(BEARER.length()).strip()
                : text.indexOf(' ') < 0 ? text : null;
    }
}
