package dev.sluice.signaling;

import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.ConnectionCaps;
import dev.sluice.signaling.access.Gate;
import dev.sluice.signaling.access.Proxies;
import dev.sluice.signaling.access.TurnServers;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.LiveConfig;
import dev.sluice.signaling.config.OwnListeners;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.events.ServerEvents;
import dev.sluice.signaling.http.BindFailedException;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.HttpListeners;
import dev.sluice.signaling.http.StaticPages;
import dev.sluice.signaling.http.StatusEndpoint;
import dev.sluice.signaling.http.StreamEndpoint;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.session.SessionDirectory;
import dev.sluice.signaling.telemetry.SessionTracing;
import dev.sluice.signaling.websocket.SocketEndpoint;
import dev.sluice.signaling.websocket.SocketTimings;
import dev.sluice.signaling.whip.WhipEndpoint;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/**
 * The running server: engine, endpoints and listeners put together, and taken apart in the reverse order. Safe for many threads.
 */
final class SluiceServer implements AutoCloseable {
    /** So long do WebSocket clients get to answer our close frames before media and listeners go. */
    private static final long SOCKET_GRACE_NS = TimeUnit.MILLISECONDS.toNanos(1_000);

    /** So long may it take to tell others of the end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final MediaEngine engine;
    private final VirtualThreads threads = new VirtualThreads();
    private final SessionDirectory sessions = new SessionDirectory();
    private final ServerEvents events;
    /** Null while no collector is configured. */
    private final SessionTracing tracing;

    private final SocketEndpoint sockets;
    private final StatusEndpoint status;
    private final HttpListeners listeners;
    private boolean closed;

    private SluiceServer(
            LiveConfig live, MediaEngine engine, SSLContext tls, SocketTimings timings, SecureRandom random)
            throws BindFailedException {
        this.engine = engine;
        ServerConfig config = live.get();
        AccessControl access = new AccessControl(live.part(ServerConfig::access));
        TurnServers turn = new TurnServers(live.part(ServerConfig::turn), InstantSource.system());
        Proxies proxies = new Proxies(live.part(now -> now.access().trustedProxies()));
        BodyReader bodies = new BodyReader(threads);
        Gate gate = Gate.ofThisComputer(config.listen());
        this.events = new ServerEvents(engine, sessions, live, gate, threads, this::ownListeners, Version.text());
        this.tracing = config.events().otlp() == null
                ? null
                : SessionTracing.start(config.events().otlp(), Version.text(), sessions);
        this.status = new StatusEndpoint(engine, threads, server(config, engine));
        this.sockets =
                new SocketEndpoint(engine, access, turn, sessions, timings, threads, caps(config.limits(), proxies));
        Router router = new Router(
                access,
                proxies,
                new StaticPages(),
                status,
                sessions,
                events.feed(),
                new StreamEndpoint(engine, access, sessions, bodies, threads),
                sockets,
                new WhipEndpoint(engine, access, turn, sessions, bodies, threads, random));
        this.listeners = HttpListeners.bind(
                config.listen().plain(), config.listen().tls(), tls, caps(config.limits(), proxies), router);
    }

    /**
     * Binds both listeners; nothing is answered before {@link #open}. The engine is the server's from now on when this succeeds.
     */
    static SluiceServer bind(
            LiveConfig config, MediaEngine engine, SSLContext tls, SocketTimings timings, SecureRandom random)
            throws BindFailedException {
        return new SluiceServer(config, engine, tls, timings, random);
    }

    /** What the start page shows of the server itself. */
    private static Map<String, Object> server(ServerConfig config, MediaEngine engine) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", Version.text());
        facts.put("srtp", engine.srtp().option());
        facts.put("loops", engine.mediaPorts().size());
        facts.put("open", config.access().open());
        return facts;
    }

    private static ConnectionCaps caps(Limits limits, Proxies proxies) {
        return new ConnectionCaps(limits.connectionsInAll(), limits.maxConnectionsPerSource(), proxies);
    }

    private OwnListeners ownListeners() {
        return new OwnListeners(List.of(plainAddress(), tlsAddress()));
    }

    void open() {
        listeners.open();
    }

    InetSocketAddress plainAddress() {
        return listeners.plainAddress();
    }

    InetSocketAddress tlsAddress() {
        return listeners.tlsAddress();
    }

    ServerEvents events() {
        return events;
    }

    int openSockets() {
        return sockets.openSockets();
    }

    int sessions() {
        return sessions.size();
    }

    /**
     * Tells WebSockets first, with 1001, then ends the media, then tells who listens to events, then ends HTTP. Idempotent; takes
     * about a second at most, and another each for webhooks and traces that are slow.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        status.stopping();
        listeners.stopAccepting();
        sockets.closeAll();
        long deadlineNs = System.nanoTime() + SOCKET_GRACE_NS;
        while (sockets.openSockets() > 0 && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        engine.close();
        events.close(LAST_WORDS);
        if (tracing != null) {
            tracing.close(LAST_WORDS);
        }
        listeners.close();
    }
}
