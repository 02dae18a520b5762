package dev.sluice.signaling.whip;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.TurnServers;
import dev.sluice.signaling.drain.Drain;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.DrainAnswer;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.RequestPath;
import dev.sluice.signaling.http.TrackNames;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.session.Admission;
import dev.sluice.signaling.session.Arrival;
import dev.sluice.signaling.session.Grant;
import dev.sluice.signaling.session.SessionDirectory;
import dev.sluice.signaling.whip.HttpSessions.Client;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;

/** WHIP (RFC 9725) and WHEP endpoints and their session resources. Safe for many threads; called on I/O threads. */
public final class WhipEndpoint {
    private static final String SDP = "application/sdp";
    private static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    private static final int MAX_MARK_LENGTH = 1_000;

    private final MediaEngine engine;
    private final Admission admission;
    private final TurnServers turn;
    private final Drain drain;
    private final BodyReader bodies;
    private final VirtualThreads threads;
    private final SessionDirectory directory;
    private final HttpSessions sessions;
    private final EventEndpoint events;
    private final LayerEndpoint layers;

    public WhipEndpoint(
            MediaEngine engine,
            Admission admission,
            TurnServers turn,
            SessionDirectory directory,
            Drain drain,
            BodyReader bodies,
            VirtualThreads threads,
            SecureRandom random) {
        this.engine = engine;
        this.admission = admission;
        this.turn = turn;
        this.drain = drain;
        this.bodies = bodies;
        this.threads = threads;
        this.directory = directory;
        this.sessions = new HttpSessions(directory);
        this.events = new EventEndpoint(engine, sessions, drain, bodies, random);
        this.layers = new LayerEndpoint(sessions, bodies, threads);
    }

    /** The origin has been checked, the CORS headers stand. */
    public void handle(HttpServerExchange exchange, Request request, RequestPath path) throws Exception {
        switch (path.kind()) {
            case WHIP, WHEP -> endpoint(exchange, request, path);
            case WHIP_SESSION, WHEP_SESSION -> session(exchange, path);
            case WHEP_LAYER -> layers.handle(exchange, path);
            default -> events.handle(exchange, path);
        }
    }

    private void endpoint(HttpServerExchange exchange, Request request, RequestPath path) {
        Role role = role(path);
        exchange.getResponseHeaders().put(Replies.ACCEPT_POST, SDP);
        switch (exchange.getRequestMethod().toString()) {
            case "POST" -> {
                Problem problem = admission.checkAtOnce(role, path.stream(), request.caller());
                if (problem == null && !Request.hasType(exchange, SDP)) {
                    problem = Problem.contentType(SDP);
                    admission.refuse(role, path.stream(), request.caller(), problem);
                }
                if (problem != null) {
                    Replies.problem(exchange, problem);
                } else {
                    bodies.read(exchange, offer -> onOffer(exchange, request, path.stream(), role, offer));
                }
            }
            case "OPTIONS" -> Replies.empty(exchange, 200);
            case "GET", "HEAD" -> {
                Problem problem = admission.checkDeclared(path.stream());
                if (problem == null) {
                    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, SDP);
                    Replies.empty(exchange, 200);
                } else {
                    Replies.problem(exchange, problem);
                }
            }
            default -> methodNotAllowed(exchange, "GET, HEAD, POST, OPTIONS");
        }
    }

    private void onOffer(HttpServerExchange exchange, Request request, String stream, Role role, String offer) {
        OfferFacts facts = OfferFacts.read(offer);
        String sid = exchange.getRequestHeaders().getFirst(Replies.X_SID);
        Client bySid = client(role, stream, "sid ", sid);
        Client byPeer = client(role, stream, "pc ", facts.peerConnection());
        try {
            HttpSession same = sessions.of(byPeer);
            if (same != null && same.isContinuedBy(facts)) {
                admission.check(role, stream, request.caller());
                // restartIce() on the same PeerConnection: its DTLS goes on, so must the session.
                created(exchange, same, same.onOffer(offer, facts));
                return;
            }
            if (drain.isOn()) {
                admission.refuse(role, stream, request.caller(), Problem.draining());
                DrainAnswer.send(drain, exchange, request, stream + (role == Role.PUBLISH ? "/whip" : "/whep"));
                return;
            }
            HttpSession former = sessions.of(bySid);
            Grant grant = admission.admit(role, stream, request.caller(), former == null ? null : former.grant());
            MediaSession media = admission.open(grant, () -> open(request, stream, role, offer));
            HttpSession session = sessions.add(media, role, request.caller(), grant, facts, bySid, byPeer);
            if (former != null) {
                former.media().close();
            }
            created(exchange, session, media.localDescription());
        } catch (SessionRefusedException e) {
            Replies.problem(exchange, Problem.of(e));
        } catch (AccessRefusedException e) {
            Replies.problem(exchange, e.problem());
        }
    }

    /** Null when there is no mark, or one so long that it is none of a client we know. */
    private static Client client(Role role, String stream, String kind, String mark) {
        return mark == null || mark.isEmpty() || mark.length() > MAX_MARK_LENGTH
                ? null
                : new Client(role, stream, kind + mark);
    }

    private MediaSession open(Request request, String stream, Role role, String offer) throws SessionRefusedException {
        if (role == Role.PUBLISH) {
            return engine.publish(stream, offer, request.caller().source(), admission.settings(stream));
        }
        Wanted wanted = new Wanted(!request.isOff("audio"), !request.isOff("video"));
        InetAddress source = request.caller().source();
        MediaSession session =
                Arrival.open(engine, directory, stream, () -> engine.answerPlay(stream, offer, wanted, source));
        List<String> first = TrackNames.parse(request.query("start_track"));
        if (first != null && !first.isEmpty()) {
            session.selectTracks(first);
        }
        return session;
    }

    private void created(HttpServerExchange exchange, HttpSession session, String answer) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.LOCATION, session.location());
        headers.put(Headers.ETAG, session.etag());
        headers.put(Replies.X_SID, session.media().id());
        headers.put(Replies.ACCEPT_PATCH, FRAGMENT);
        if (session.role() == Role.PLAY) {
            headers.add(Replies.LINK, EventEndpoint.link(session));
            headers.add(Replies.LINK, LayerEndpoint.link(session));
        }
        turn.links().forEach(link -> headers.add(Replies.LINK, link));
        Replies.text(exchange, 201, SDP, answer);
    }

    private void session(HttpServerExchange exchange, RequestPath path) {
        String method = exchange.getRequestMethod().toString();
        exchange.getResponseHeaders().put(Replies.ACCEPT_PATCH, FRAGMENT);
        if (method.equals("OPTIONS")) {
            exchange.getResponseHeaders().put(Replies.ACCEPT_POST, SDP);
            Replies.empty(exchange, 200);
            return;
        }
        HttpSession session =
                sessions.find(role(path), path.stream(), path.session()).orElse(null);
        if (session == null) {
            Replies.problem(exchange, Problem.notFound("This session does not exist or has ended."));
            return;
        }
        switch (method) {
            case "PATCH" -> patch(exchange, session);
            case "DELETE" ->
                threads.dispatch(exchange, () -> {
                    session.media().close();
                    Replies.empty(exchange, 200);
                });
            case "GET", "HEAD" -> Replies.empty(exchange, 200);
            // The mute messages of one client, outside the RFC; nothing is to be done for them.
            case "POST" -> bodies.read(exchange, body -> Replies.empty(exchange, 204));
            default -> methodNotAllowed(exchange, "GET, HEAD, POST, PATCH, DELETE, OPTIONS");
        }
    }

    private void patch(HttpServerExchange exchange, HttpSession session) {
        if (!Request.hasType(exchange, FRAGMENT)) {
            Replies.problem(exchange, Problem.contentType(FRAGMENT));
            return;
        }
        bodies.read(exchange, body -> onFragment(exchange, session, OfferFacts.read(body)));
    }

    private static void onFragment(HttpServerExchange exchange, HttpSession session, OfferFacts fragment) {
        // Without a tag the present state is meant: RFC 9725 asks for 428 there, which WHEP clients cannot take.
        String tag = exchange.getRequestHeaders().getFirst(Headers.IF_MATCH);
        if (tag != null && !tag.equals("*") && !tag.equals(session.etag())) {
            Replies.problem(exchange, Problem.staleTag());
            return;
        }
        try {
            String answer = session.restart(fragment);
            if (answer == null) {
                // Trickled candidates: we are ICE-lite and learn addresses from checks.
                Replies.empty(exchange, 204);
            } else {
                exchange.getResponseHeaders().put(Headers.ETAG, session.etag());
                Replies.text(exchange, 200, FRAGMENT, answer);
            }
        } catch (SessionRefusedException e) {
            Replies.problem(exchange, Problem.of(e));
        }
    }

    private static Role role(RequestPath path) {
        return path.isPublish() ? Role.PUBLISH : Role.PLAY;
    }

    static void methodNotAllowed(HttpServerExchange exchange, String allowed) {
        exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        Replies.problem(exchange, Problem.method(allowed));
    }
}
