package dev.sluice.signaling.whip;

import dev.sluice.engine.MediaSession.LayerWish;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.RequestPath;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.Map;

/**
 * WHEP's layer extension: POST chooses a layer, or bounds within which the server chooses, DELETE leaves it to the server. Safe
 * for many threads.
 */
final class LayerEndpoint {
    private static final int MAX_NUMBER = 1 << 16;

    private final HttpSessions sessions;
    private final BodyReader bodies;
    private final VirtualThreads threads;

    LayerEndpoint(HttpSessions sessions, BodyReader bodies, VirtualThreads threads) {
        this.sessions = sessions;
        this.bodies = bodies;
        this.threads = threads;
    }

    /** The Link header that offers the choice. */
    static String link(HttpSession session) {
        return "<" + session.location() + "/layer>; rel=\"urn:ietf:params:whep:ext:core:layer\"";
    }

    void handle(HttpServerExchange exchange, RequestPath path) {
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
        } else if (method.equals("POST")) {
            bodies.read(exchange, body -> choose(exchange, session, body));
        } else if (method.equals("DELETE")) {
            threads.dispatch(
                    exchange, () -> answer(exchange, () -> session.media().selectTracks(List.of())));
        } else {
            WhipEndpoint.methodNotAllowed(exchange, "POST, DELETE, OPTIONS");
        }
    }

    private static void choose(HttpServerExchange exchange, HttpSession session, String body) {
        LayerWish wish = wish(body);
        if (wish == null) {
            Replies.problem(exchange, Problem.badMessage("The body must be a JSON object that names a layer."));
        } else {
            answer(exchange, () -> session.media().selectLayer(wish));
        }
    }

    /** Null when the body is no wish. */
    private static LayerWish wish(String body) {
        try {
            Map<String, Object> fields = Json.parseObject(body);
            Object rid = fields.getOrDefault("rid", "");
            if (!(rid instanceof String name)) {
                return null;
            }
            return new LayerWish(
                    name,
                    number(fields, "spatialLayerId", -1),
                    number(fields, "temporalLayerId", -1),
                    number(fields, "maxWidth", 0),
                    number(fields, "maxHeight", 0));
        } catch (JsonException e) {
            return null;
        }
    }

    private static int number(Map<String, Object> fields, String name, int otherwise) {
        return fields.get(name) instanceof Number number
                ? Math.clamp(number.longValue(), otherwise, MAX_NUMBER)
                : otherwise;
    }

    /** A choice that the engine may refuse. */
    private interface Choice {
        boolean take() throws SessionRefusedException;
    }

    private static void answer(HttpServerExchange exchange, Choice choice) {
        try {
            if (choice.take()) {
                Replies.empty(exchange, 200);
            } else {
                Replies.problem(exchange, Problem.badMessage("The stream has no such layer."));
            }
        } catch (SessionRefusedException e) {
            Replies.problem(exchange, Problem.of(e));
        }
    }
}
