package dev.sluice.signaling.http;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.StreamInfo;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.drain.Drain;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import dev.sluice.signaling.session.Admission;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What Flussonic's client library asks beside its session: {@code media_info.json}, uploaded statistics, track selection, reports
 * of publish errors. Safe for many threads; called on I/O threads.
 */
public final class StreamEndpoint {
    /** Where uploaded statistics go; called on virtual threads. */
    @FunctionalInterface
    public interface Reports {

        /**
         * @param stream as the path has it, which may be none
         * @param session id as the path has it, which may be empty
         * @param body at most 64 KiB of anything
         */
        void onReport(String stream, String session, String body);
    }

    private final MediaEngine engine;
    private final Admission admission;
    private final SessionDirectory sessions;
    private final Reports reports;
    private final Drain drain;
    private final BodyReader bodies;
    private final VirtualThreads threads;

    public StreamEndpoint(
            MediaEngine engine,
            Admission admission,
            SessionDirectory sessions,
            Reports reports,
            Drain drain,
            BodyReader bodies,
            VirtualThreads threads) {
        this.engine = engine;
        this.admission = admission;
        this.sessions = sessions;
        this.reports = reports;
        this.drain = drain;
        this.bodies = bodies;
        this.threads = threads;
    }

    public void mediaInfo(HttpServerExchange exchange, Request request, RequestPath path) {
        String method = exchange.getRequestMethod().toString();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            notAllowed(exchange, "GET, HEAD, OPTIONS");
            return;
        }
        Problem problem = admission.lookAtOnce(path.stream(), request.caller());
        if (problem != null) {
            Replies.problem(exchange, problem);
            return;
        }
        if (drain.isOn()) {
            admission.refuseLook(path.stream(), request.caller(), Problem.draining());
            DrainAnswer.send(drain, exchange, request, path.stream() + "/media_info.json");
            return;
        }
        threads.dispatch(exchange, () -> {
            try {
                admission.look(path.stream(), request.caller());
            } catch (AccessRefusedException e) {
                String location = e.problem().location();
                Replies.problem(
                        exchange, location.isEmpty() ? e.problem() : Problem.elsewhere(besides(URI.create(location))));
                return;
            }
            Optional<StreamInfo> info = engine.stream(path.stream());
            if (info.isPresent()) {
                Replies.json(exchange, 200, MediaInfo.of(info.get()));
            } else {
                // The 24.7.1 player takes a failure here as its sign to try again later.
                Replies.problem(exchange, Problem.notLive("The stream is not live."));
            }
        });
    }

    /** Hooks name a stream's WHIP or WHEP address at another server: there is what was asked for beside it. */
    private static String besides(URI location) {
        String stream = location.getRawPath().replaceAll("/(webrtc|whip|whep|whap)?/?$", "");
        String query = location.getRawQuery() == null ? "" : "?" + location.getRawQuery();
        String scheme = location.getScheme().replace("ws", "http");
        return scheme + "://" + location.getRawAuthority() + stream + "/media_info.json" + query;
    }

    /**
     * Statistics are taken whatever they say; their URLs are often malformed by the client, see protocol docs.
     *
     * @param stream empty where the URL does not tell
     * @param session the same
     */
    public void stats(HttpServerExchange exchange, String stream, String session) {
        switch (exchange.getRequestMethod().toString()) {
            case "PUT", "POST" ->
                bodies.read(exchange, body -> {
                    reports.onReport(stream, session, body);
                    Replies.empty(exchange, 204);
                });
            default -> notAllowed(exchange, "PUT, OPTIONS");
        }
    }

    /** The session goes on in the same streams, with the tracks of {@code {"tracks":[…]}}; an empty list is the server's choice. */
    public void requestTracks(HttpServerExchange exchange, RequestPath path) {
        if (!exchange.getRequestMethod().toString().equals("PUT")) {
            notAllowed(exchange, "PUT, OPTIONS");
            return;
        }
        bodies.read(exchange, body -> {
            MediaSession session = sessions.find(path.session())
                    .map(ClientSession::media)
                    .filter(found -> found.stream().equals(path.stream()))
                    .orElse(null);
            List<String> tracks = trackNames(body);
            if (session == null) {
                Replies.problem(exchange, Problem.notFound("This session does not exist or has ended."));
            } else if (tracks == null) {
                Replies.problem(exchange, Problem.badMessage("The body must be {\"tracks\":[…]}."));
            } else {
                select(exchange, session, tracks);
            }
        });
    }

    private static void select(HttpServerExchange exchange, MediaSession session, List<String> tracks) {
        try {
            if (session.selectTracks(tracks)) {
                Replies.empty(exchange, 204);
            } else {
                Replies.problem(exchange, Problem.badMessage("The stream has no such track."));
            }
        } catch (SessionRefusedException e) {
            Replies.problem(exchange, Problem.of(e));
        }
    }

    private static List<String> trackNames(String body) {
        try {
            return Json.parseObject(body).get("tracks") instanceof List<?> list ? TrackNames.parse(list) : null;
        } catch (JsonException e) {
            return null;
        }
    }

    /** 20.9.3 tells why it could not publish; nobody asks for it here. */
    public void publishError(HttpServerExchange exchange) {
        bodies.read(exchange, body -> Replies.empty(exchange, 204));
    }

    private static void notAllowed(HttpServerExchange exchange, String allowed) {
        exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        Replies.problem(exchange, Problem.method(allowed));
    }
}
