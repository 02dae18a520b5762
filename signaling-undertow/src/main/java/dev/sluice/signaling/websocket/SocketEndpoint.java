package dev.sluice.signaling.websocket;

import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.ConnectionCaps;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.TurnServers;
import dev.sluice.signaling.config.OtherServer;
import dev.sluice.signaling.drain.Drain;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.RequestPath;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.session.Admission;
import dev.sluice.signaling.session.SessionDirectory;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.protocol.version13.Hybi13Handshake;
import io.undertow.websockets.spi.AsyncWebSocketHttpServerExchange;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes WebSocket upgrades and knows the open sockets. Safe for many threads. */
public final class SocketEndpoint {
    private static final HttpString VERSION = new HttpString("Sec-WebSocket-Version");

    private final SocketContext context;
    private final VirtualThreads threads;
    private final ConnectionCaps caps;
    private final Hybi13Handshake handshake = new Hybi13Handshake();
    private final Set<SignallingSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    public SocketEndpoint(
            MediaEngine engine,
            Admission admission,
            TurnServers turn,
            SessionDirectory sessions,
            Drain drain,
            SocketTimings timings,
            VirtualThreads threads,
            ConnectionCaps caps) {
        this.context = new SocketContext(engine, admission, turn, sessions, drain, timings);
        this.threads = threads;
        this.caps = caps;
    }

    /** Called on the I/O thread; the origin has been checked. */
    public void handle(HttpServerExchange exchange, Request request, RequestPath path) throws Exception {
        AsyncWebSocketHttpServerExchange facade = new AsyncWebSocketHttpServerExchange(exchange, new HashSet<>());
        if (!isUpgrade(exchange) || !handshake.matches(facade)) {
            refuseUpgrade(exchange);
        } else if (stopping) {
            refuse(exchange, request, path, Problem.stopping());
        } else if (context.drain().isOn() && elsewhere(request) == null) {
            refuse(exchange, request, path, Problem.draining());
        } else {
            Runnable leave = caps.enter(request.caller().source());
            if (leave == null) {
                refuse(exchange, request, path, Problem.tooMany("Too many connections."));
                return;
            }
            exchange.getConnection().addCloseListener(gone -> leave.run());
            exchange.upgradeChannel((connection, upgraded) -> {
                PatientSink sink = new PatientSink(connection.getSinkChannel().getConduit());
                connection.getSinkChannel().setConduit(sink);
                onConnect(handshake.createChannel(facade, connection, facade.getBufferPool()), sink, request, path);
            });
            handshake.handshake(facade);
        }
    }

    private void refuse(HttpServerExchange exchange, Request request, RequestPath path, Problem problem) {
        context.admission().refuse(role(path), path.stream(), request.caller(), problem);
        Replies.problem(exchange, problem);
    }

    private static Role role(RequestPath path) {
        return path.isPublish() ? Role.PUBLISH : Role.PLAY;
    }

    /** Whether a request is a WebSocket's; every other Upgrade, such as Java's h2c, does not count. */
    public static boolean isUpgrade(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        return exchange.getRequestMethod().equals(Methods.GET)
                && hasToken(headers, Headers.UPGRADE, "websocket")
                && hasToken(headers, Headers.CONNECTION, "upgrade");
    }

    private static boolean hasToken(HeaderMap headers, HttpString name, String token) {
        if (headers.contains(name)) {
            for (String value : headers.get(name)) {
                for (String part : value.split(",", -1)) {
                    if (part.strip().equalsIgnoreCase(token)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static void refuseUpgrade(HttpServerExchange exchange) {
        exchange.setPersistent(false);
        exchange.getResponseHeaders().put(VERSION, "13");
        Replies.problem(exchange, Problem.upgrade());
    }

    private void onConnect(WebSocketChannel channel, PatientSink sink, Request request, RequestPath path) {
        SignallingSocket socket = new SignallingSocket(channel, sink, threads::execute, context.timings());
        OtherServer elsewhere = elsewhere(request);
        SocketHandler handler = elsewhere != null
                ? new TurnedAway(context, socket, role(path), path.stream(), request.caller(), elsewhere)
                : path.isPublish()
                        ? new PublishSocket(context, socket, path.stream(), request)
                        : new PlaySocket(context, socket, path.stream(), request);
        MovableSocket movable = new MovableSocket(socket, handler, path, request);
        open.add(socket);
        context.drain().add(movable);
        socket.start(handler, () -> {
            open.remove(socket);
            context.drain().remove(movable);
        });
        if (stopping) {
            socket.close(Problem.stopping());
        }
    }

    /** Null when a newcomer need not or cannot go to another server. */
    private OtherServer elsewhere(Request request) {
        return context.drain().elsewhere(request.caller()).orElse(null);
    }

    /** Closes every socket with 1001; no further ones are taken. */
    public void closeAll() {
        stopping = true;
        open.forEach(socket -> socket.close(Problem.stopping()));
    }

    public int openSockets() {
        return open.size();
    }
}
