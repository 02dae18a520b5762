package dev.sluice.signaling.whip;

import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.drain.Drain;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.RequestPath;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * WHEP events (draft-ietf-wish-whep, extension server-sent-events): a client subscribes with POST and listens at an unguessable
 * URL, because an EventSource cannot send a token. Safe for many threads.
 */
final class EventEndpoint {
    static final String ACTIVE = "active";
    static final String INACTIVE = "inactive";
    static final String LAYERS = "layers";
    static final String VIEWER_COUNT = "viewercount";
    static final String RECONNECT = "reconnect";

    private static final List<String> EVENTS = List.of(ACTIVE, INACTIVE, LAYERS, VIEWER_COUNT, RECONNECT);
    private static final int MAX_STREAMS_PER_SESSION = 4;
    private static final int ID_BYTES = 16;

    private final MediaEngine engine;
    private final HttpSessions sessions;
    private final Drain drain;
    private final BodyReader bodies;
    private final SecureRandom random;
    private final ConcurrentHashMap<String, EventStream> streams = new ConcurrentHashMap<>();

    EventEndpoint(MediaEngine engine, HttpSessions sessions, Drain drain, BodyReader bodies, SecureRandom random) {
        this.engine = engine;
        this.sessions = sessions;
        this.drain = drain;
        this.bodies = bodies;
        this.random = random;
    }

    /** The Link header that offers the events. */
    static String link(HttpSession session) {
        return "<" + session.location()
                + "/events>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\"; events=\""
                + String.join(",", EVENTS) + "\"";
    }

    void handle(HttpServerExchange exchange, RequestPath path) throws Exception {
        String method = exchange.getRequestMethod().toString();
        if (method.equals("OPTIONS")) {
            exchange.getResponseHeaders().put(Replies.ACCEPT_POST, "application/json");
            Replies.empty(exchange, 200);
            return;
        }
        HttpSession session =
                sessions.find(Role.PLAY, path.stream(), path.session()).orElse(null);
        if (session == null) {
            Replies.problem(exchange, Problem.notFound("This session does not exist or has ended."));
        } else if (path.kind() == RequestPath.Kind.WHEP_EVENTS) {
            if (method.equals("POST")) {
                bodies.read(exchange, body -> subscribe(exchange, session, body));
            } else {
                WhipEndpoint.methodNotAllowed(exchange, "POST, OPTIONS");
            }
        } else {
            stream(exchange, session, path.event(), method);
        }
    }

    private void subscribe(HttpServerExchange exchange, HttpSession session, String body) {
        Set<String> wanted = wanted(body);
        if (wanted == null) {
            Replies.problem(
                    exchange,
                    Problem.badMessage("The body must be a JSON array of " + String.join(", ", EVENTS) + "."));
            return;
        }
        long open = streams.values().stream()
                .filter(stream -> stream.session() == session)
                .count();
        if (open >= MAX_STREAMS_PER_SESSION) {
            Replies.problem(exchange, Problem.tooMany("Too many event streams of one session."));
            return;
        }
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        EventStream stream = new EventStream(engine, session, wanted);
        streams.put(id, stream);
        drain.add(stream);
        session.media().onTracksChanged(stream::reconnect);
        session.media().ended().thenAccept(end -> forget(id, stream));
        exchange.getResponseHeaders().put(Headers.LOCATION, session.location() + "/events/" + id);
        Replies.empty(exchange, 201);
    }

    private void forget(String id, EventStream stream) {
        streams.remove(id);
        drain.remove(stream);
        stream.finish();
    }

    /** Null when the body is none or names an event we do not have. */
    private static Set<String> wanted(String body) {
        if (body.isBlank()) {
            return Set.copyOf(EVENTS);
        }
        try {
            if (Json.parse(body) instanceof List<?> list && EVENTS.containsAll(list)) {
                return list.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
            }
        } catch (JsonException e) {
            // The same refusal as for a wrong event.
        }
        return null;
    }

    private void stream(HttpServerExchange exchange, HttpSession session, String id, String method) throws Exception {
        EventStream stream = streams.get(id);
        if (stream == null || stream.session() != session) {
            Replies.problem(exchange, Problem.notFound("This event stream does not exist."));
        } else if (method.equals("GET")) {
            exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
            new ServerSentEventHandler((connection, lastEventId) -> stream.connect(connection, exchange.getIoThread()))
                    .handleRequest(exchange);
        } else if (method.equals("DELETE")) {
            forget(id, stream);
            Replies.empty(exchange, 200);
        } else {
            WhipEndpoint.methodNotAllowed(exchange, "GET, DELETE, OPTIONS");
        }
    }
}
