package dev.sluice.signaling;

import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.Proxies;
import dev.sluice.signaling.config.StreamName;
import dev.sluice.signaling.http.Cors;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.RequestPath;
import dev.sluice.signaling.http.StaticPages;
import dev.sluice.signaling.http.StatusEndpoint;
import dev.sluice.signaling.http.StreamEndpoint;
import dev.sluice.signaling.session.SessionDirectory;
import dev.sluice.signaling.websocket.SocketEndpoint;
import dev.sluice.signaling.whip.WhipEndpoint;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/** Sends each request to its endpoint, after the origin check that all share. Safe for many threads. */
final class Router implements HttpHandler {
    /** So long may a request take with its body and its answer; event streams, WebSockets and downloads are exempt. */
    private static final long REQUEST_TIMEOUT_MS = 30_000;

    private final AccessControl access;
    private final Proxies proxies;
    private final Cors cors;
    private final StaticPages pages;
    private final StatusEndpoint status;
    private final ManagementEndpoint management;
    private final SessionDirectory sessions;
    private final StreamEndpoint streams;
    private final SocketEndpoint sockets;
    private final WhipEndpoint whip;

    Router(
            AccessControl access,
            Proxies proxies,
            StaticPages pages,
            StatusEndpoint status,
            ManagementEndpoint management,
            SessionDirectory sessions,
            StreamEndpoint streams,
            SocketEndpoint sockets,
            WhipEndpoint whip) {
        this.access = access;
        this.proxies = proxies;
        this.cors = new Cors(access);
        this.pages = pages;
        this.status = status;
        this.management = management;
        this.sessions = sessions;
        this.streams = streams;
        this.sockets = sockets;
        this.whip = whip;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        Request request = Request.of(exchange, proxies);
        // Before anything that a stream's name could be in.
        if (ManagementEndpoint.owns(exchange, request)) {
            if (!ManagementEndpoint.isLasting(exchange, request)) {
                limitTime(exchange);
            }
            management.handle(exchange, request);
            return;
        }
        Optional<RequestPath> parsed = RequestPath.parse(request.path());
        if (parsed.isEmpty()) {
            limitTime(exchange);
            handlePlain(exchange, request);
            return;
        }
        RequestPath path = parsed.get();
        boolean socket = isSocket(path);
        if (!socket && path.kind() != RequestPath.Kind.WHEP_EVENT_STREAM) {
            limitTime(exchange);
        }
        if (path.kind() == RequestPath.Kind.EMBED && StreamName.isValid(path.stream()) && pages.embed(exchange)) {
            return;
        }
        Role role = path.isPublish() ? Role.PUBLISH : Role.PLAY;
        Problem foreign = checkOrigin(exchange, request, role, isStats(path));
        if (foreign != null) {
            if (socket || isOffer(exchange, path)) {
                sessions.refused(role, path.stream(), request.caller(), foreign);
            }
            return;
        }
        if (socket) {
            sockets.handle(exchange, request, path);
        } else {
            handleStream(exchange, request, path);
        }
    }

    private void handleStream(HttpServerExchange exchange, Request request, RequestPath path) throws Exception {
        boolean preflight = exchange.getRequestMethod().toString().equals("OPTIONS");
        switch (path.kind()) {
            case WHIP, WHIP_SESSION, WHEP, WHEP_SESSION, WHEP_EVENTS, WHEP_EVENT_STREAM, WHEP_LAYER ->
                whip.handle(exchange, request, path);
            case PLAY_SOCKET, PUBLISH_SOCKET -> throw new IllegalStateException("a socket came here");
            case EMBED -> Replies.problem(exchange, Problem.notFound("There is no such page."));
            default -> {
                if (preflight) {
                    Replies.empty(exchange, 200);
                } else {
                    handleExtra(exchange, request, path);
                }
            }
        }
    }

    private void handleExtra(HttpServerExchange exchange, Request request, RequestPath path) {
        switch (path.kind()) {
            case MEDIA_INFO -> streams.mediaInfo(exchange, request, path);
            case REQUEST_TRACKS -> streams.requestTracks(exchange, path);
            case PUBLISH_ERROR -> streams.publishError(exchange);
            default -> streams.stats(exchange, path.stream(), path.session());
        }
    }

    private void handlePlain(HttpServerExchange exchange, Request request) {
        if (pages.handle(exchange, request.path())) {
            return;
        }
        if (checkOrigin(exchange, request, Role.PLAY, true) != null) {
            return;
        }
        String method = exchange.getRequestMethod().toString();
        if (method.equals("OPTIONS")) {
            Replies.empty(exchange, 200);
        } else if (method.equals("PUT") && exchange.getQueryString().contains("/sessions/")) {
            // 22.6.4 appends to URLs that have a query: PUT /live/cam?x=1/sessions/?token=T1
            streams.stats(exchange, "", "");
        } else if (!status.handle(exchange, request)) {
            Replies.problem(exchange, Problem.notFound("There is nothing here."));
        }
    }

    /**
     * Null when the request may go on; else it has been answered.
     *
     * @param either whether the page of a publisher and that of a player may both do it
     */
    private Problem checkOrigin(HttpServerExchange exchange, Request request, Role role, boolean either) {
        Role used = role;
        Problem problem = access.checkOrigin(role, request.caller());
        if (problem != null && either && access.checkOrigin(Role.PUBLISH, request.caller()) == null) {
            used = Role.PUBLISH;
            problem = null;
        }
        if (problem != null) {
            Replies.problem(exchange, problem);
        } else {
            cors.allow(exchange, used, request.caller());
        }
        return problem;
    }

    private static boolean isOffer(HttpServerExchange exchange, RequestPath path) {
        boolean endpoint = path.kind() == RequestPath.Kind.WHIP || path.kind() == RequestPath.Kind.WHEP;
        return endpoint && exchange.getRequestMethod().toString().equals("POST");
    }

    private static boolean isStats(RequestPath path) {
        return path.kind() == RequestPath.Kind.STATS || path.kind() == RequestPath.Kind.REQUEST_TRACKS;
    }

    private static boolean isSocket(RequestPath path) {
        return path.kind() == RequestPath.Kind.PLAY_SOCKET || path.kind() == RequestPath.Kind.PUBLISH_SOCKET;
    }

    private static void limitTime(HttpServerExchange exchange) {
        XnioExecutor.Key timeout = exchange.getIoThread()
                .executeAfter(
                        () -> IoUtils.safeClose(exchange.getConnection()), REQUEST_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        exchange.addExchangeCompleteListener((done, next) -> {
            timeout.remove();
            next.proceed();
        });
    }
}
