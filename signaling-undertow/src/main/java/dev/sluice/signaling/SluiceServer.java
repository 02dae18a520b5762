package dev.sluice.signaling;

import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.ConnectionCaps;
import dev.sluice.signaling.access.Proxies;
import dev.sluice.signaling.access.TurnServers;
import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.admin.AdminAccess;
import dev.sluice.signaling.admin.AdminEndpoint;
import dev.sluice.signaling.admin.Administration;
import dev.sluice.signaling.admin.AuditLog;
import dev.sluice.signaling.admin.DrainEndpoint;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.ConfigReloads;
import dev.sluice.signaling.config.DrainConfig;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.LiveConfig;
import dev.sluice.signaling.config.OwnListeners;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.diagnose.Diagnosis;
import dev.sluice.signaling.drain.Drain;
import dev.sluice.signaling.events.ServerEvents;
import dev.sluice.signaling.http.BindFailedException;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.HttpListeners;
import dev.sluice.signaling.http.Readiness;
import dev.sluice.signaling.http.StaticPages;
import dev.sluice.signaling.http.StatusEndpoint;
import dev.sluice.signaling.http.StreamEndpoint;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.metrics.MetricSources;
import dev.sluice.signaling.metrics.Metrics;
import dev.sluice.signaling.metrics.ReloadStatus;
import dev.sluice.signaling.session.AccessGuard;
import dev.sluice.signaling.session.Admission;
import dev.sluice.signaling.session.RecentRefusals;
import dev.sluice.signaling.session.SessionDirectory;
import dev.sluice.signaling.telemetry.SessionTracing;
import dev.sluice.signaling.tls.Certificates;
import dev.sluice.signaling.websocket.SocketEndpoint;
import dev.sluice.signaling.websocket.SocketTimings;
import dev.sluice.signaling.whip.WhipEndpoint;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

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
    private final AccessGuard guard;
    private final OutboundHttp outbound =
            new OutboundHttp((address, port) -> ownListeners().has(address, port));
    private final Drain drain = new Drain(sessions, to -> outbound.leadsToUs(URI.create(to.base())));
    private final LiveConfig live;
    private final ServerEvents events;
    /** Null while no collector is configured. */
    private final SessionTracing tracing;

    private final SocketEndpoint sockets;
    private final Readiness readiness;
    private final Metrics metrics;
    private final AdminEndpoint admin;
    private final HttpListeners listeners;
    private boolean closed;

    private SluiceServer(
            ConfigKeeper keeper, MediaEngine engine, Certificates tls, SocketTimings timings, SecureRandom random)
            throws BindFailedException {
        this.engine = engine;
        this.live = keeper.live();
        ServerConfig config = live.get();
        AccessControl access = new AccessControl(live.part(ServerConfig::access));
        this.guard = new AccessGuard(
                live.part(ServerConfig::access), access, sessions, outbound, InstantSource.system(), threads::execute);
        Admission admission = guard.admission();
        TurnServers turn = new TurnServers(live.part(ServerConfig::turn), InstantSource.system());
        Proxies proxies = new Proxies(live.part(now -> now.access().trustedProxies()));
        BodyReader bodies = new BodyReader(threads);
        RecentRefusals refusals = new RecentRefusals(InstantSource.system());
        AuditLog audit = new AuditLog(System::nanoTime);
        AdminAccess adminAccess = new AdminAccess(live, audit, InstantSource.system());
        sessions.addListener(refusals);
        live.onChange(changed -> admission.recheckAll());
        this.readiness = new Readiness(engine);
        this.events = new ServerEvents(engine, sessions, live, adminAccess, threads, outbound, Version.text());
        this.tracing = config.events().otlp() == null
                ? null
                : SessionTracing.start(config.events().otlp(), Version.text(), sessions);
        readiness.add(() -> drain.isOn() ? "The server drains." : null);
        ConnectionCaps socketCaps = caps(config.limits(), proxies);
        ConnectionCaps listenerCaps = caps(config.limits(), proxies);
        this.metrics = new Metrics(
                engine,
                sessions,
                new MetricSources(
                        Version.text(),
                        readiness::isReady,
                        () -> {
                            Map<String, Long> counters =
                                    counters(admission, events, tls, socketCaps.refused() + listenerCaps.refused());
                            counters.put("refused.password_hashes", adminAccess.refusedForHashes());
                            return counters;
                        },
                        () -> reloadStatus(keeper)));
        sessions.addListener(metrics);
        Diagnosis diagnosis = new Diagnosis(engine, sessions, live, Version.text(), metrics::scrape);
        this.sockets = new SocketEndpoint(engine, admission, turn, sessions, drain, timings, threads, socketCaps);
        this.admin = Administration.endpoint(
                engine,
                keeper,
                this::ownListeners,
                adminAccess,
                audit,
                sessions,
                admission,
                refusals,
                bodies,
                threads,
                Version.text());
        Router router = new Router(
                access,
                proxies,
                new StaticPages(),
                new StatusEndpoint(engine, threads, server(config, engine), readiness, adminAccess),
                new ManagementEndpoint(
                        adminAccess,
                        metrics,
                        diagnosis,
                        admin,
                        events.feed(),
                        new DrainEndpoint(drain, adminAccess, audit, live.part(ServerConfig::drain), bodies, threads),
                        threads),
                sessions,
                new StreamEndpoint(engine, admission, sessions, metrics.reports(), drain, bodies, threads),
                sockets,
                new WhipEndpoint(engine, admission, turn, sessions, drain, bodies, threads, random));
        this.listeners =
                HttpListeners.bind(config.listen().plain(), config.listen().tls(), tls.context(), listenerCaps, router);
    }

    /**
     * Binds both listeners; nothing is answered before {@link #open}. The engine is the server's from now on when this succeeds.
     */
    static SluiceServer bind(
            ConfigKeeper config, MediaEngine engine, Certificates tls, SocketTimings timings, SecureRandom random)
            throws BindFailedException {
        return new SluiceServer(config, engine, tls, timings, random);
    }

    /** What counts beside the engine, for metrics. */
    private static Map<String, Long> counters(
            Admission admission, ServerEvents events, Certificates tls, long refusedConnections) {
        Map<String, Long> counters = admission.counters();
        counters.putAll(events.counters());
        counters.put("certificate.applied", tls.changes());
        counters.put("certificate.refused", tls.refusals());
        counters.merge("refused.connections", refusedConnections, Long::sum);
        return counters;
    }

    private static ReloadStatus reloadStatus(ConfigKeeper keeper) {
        ConfigReloads reloads = keeper.reloads();
        return new ReloadStatus(
                reloads.lastError() == null, reloads.lastSuccess(), reloads.applied(), reloads.refused());
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
        guard.start();
        admin.open();
        listeners.open();
    }

    /** Makes the first session and the first scrape as quick as later ones; takes some hundred milliseconds, in the background. */
    void warmUp() {
        engine.warmUp();
        threads.execute(metrics::scrape);
    }

    /** Who may publish and play, for tests and for what administers. */
    Admission admission() {
        return guard.admission();
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

    Readiness readiness() {
        return readiness;
    }

    /**
     * Drains as the config says; one that is on already takes no longer than that from now on.
     *
     * @return how long it may take; zero: the server stops at once
     */
    Duration drain() {
        DrainConfig config = live.get().drain();
        return config.time().isZero() ? Duration.ZERO : drain.hurry(config.to(), config.time());
    }

    /** Completes when a drain is over: then it is time to close. */
    CompletionStage<Void> drained() {
        return drain.over();
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
        readiness.stopping();
        listeners.stopAccepting();
        sockets.closeAll();
        long deadlineNs = System.nanoTime() + SOCKET_GRACE_NS;
        while (sockets.openSockets() > 0 && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        guard.close();
        admin.close();
        engine.close();
        events.close(LAST_WORDS);
        outbound.close();
        if (tracing != null) {
            tracing.close(LAST_WORDS);
        }
        listeners.close();
        metrics.close();
    }
}
