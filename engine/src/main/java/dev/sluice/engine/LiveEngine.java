package dev.sluice.engine;

import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.dtls.DtlsCertificate;
import dev.sluice.engine.dtls.DtlsServer;
import dev.sluice.engine.metrics.DistinctErrorLog;
import dev.sluice.engine.metrics.DropEvents;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.engine.net.LocalAddresses;
import dev.sluice.engine.net.MediaLoop;
import dev.sluice.engine.net.MediaLoops;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.LogMemory;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerEnd;
import dev.sluice.engine.peer.Publication;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.natives.net.ThreadScheduling;
import dev.sluice.natives.srtp.SrtpChoice;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProviders;
import dev.sluice.natives.srtp.SrtpUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine behind {@link MediaEngine}: loops, sessions and streams put together. Safe for many threads. */
final class LiveEngine implements MediaEngine, MediaLoop.Events {
    private static final Logger LOG = LoggerFactory.getLogger(MediaEngine.class);
    /**
     * Handshakes at once. A client that gives up half-way holds its place until the time is over, so there must be many:
     * with 600 clients at 12 % loss 64 places let 159 time out, 1,000 none. And no source may have more than a quarter.
     */
    private static final int MAX_HANDSHAKES = 4_096;
    /** There is room for so many with all layers, however small the heap. */
    private static final int LEAST_PUBLISHERS = 16;

    private static final int EXIT_LOOP_FAILED = 70;

    private final SrtpInfo srtp;
    private final SessionHost host;
    private final SessionLimits limits;
    private final MediaLoops loops;
    private final StreamDirectory directory;
    private final DtlsServer dtls;
    /** Changes of streams, in order and away from the loops. */
    private final ScheduledExecutorService lifecycle = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("stream-lifecycle").daemon().factory());

    private final DistinctErrorLog errors = new DistinctErrorLog(InstantSource.system());
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final DropEvents dropEvents;
    private volatile boolean closed;

    LiveEngine(EngineConfig config) throws EngineStartException {
        this(config, MediaLoops::nanoTime);
    }

    /** @param clockNs the loops' time; a test sets it forward */
    LiveEngine(EngineConfig config, LongSupplier clockNs) throws EngineStartException {
        // Loops go before what the JVM compiles; where it may not say so, nothing else changes.
        boolean ignored = ThreadScheduling.standCompilersBack();
        SrtpChoice choice = chooseSrtp(config.srtp());
        srtp = new SrtpInfo(choice.provider().optionName(), choice.reason());
        SecureRandom random = new SecureRandom();
        List<InetAddress> bound = LocalAddresses.all();
        DtlsCertificate certificate = DtlsCertificate.generate(random);
        dtls = new DtlsServer(certificate, random, profiles(choice), MAX_HANDSHAKES, ThreadScheduling::standBack);
        LOG.info("handshakes={}", dtls.crypto());
        LogMemory logMemory = new LogMemory(config.videoLogBytes(), config.audioLogBytes(), mostLogBytes(config));
        host = new SessionHost(
                certificate,
                dtls,
                choice.provider(),
                logMemory,
                new NtpTime(System.currentTimeMillis() * 1_000_000, clockNs.getAsLong()),
                random,
                bound,
                announced(config, bound),
                tcpAnnounced(config, bound),
                new Recordings(this::publisherOf, config.videoLogBytes(), config.audioLogBytes()));
        limits = new SessionLimits(config, new HashSet<>(bound));
        directory = new StreamDirectory(config.publisherGrace(), lifecycle);
        try {
            loops = MediaLoops.start(
                    bound, config.mediaPort(), config.loops(), config.io(), config.iceTcp(), clockNs, this, errors);
        } catch (IOException e) {
            lifecycle.shutdownNow();
            throw new EngineStartException(e.getMessage());
        }
        dropEvents =
                new DropEvents(loops.all().stream().map(MediaLoop::counters).toList(), InstantSource.system());
        dropEvents.start();
    }

    @Override
    public void warmUp() {
        Thread.ofVirtual().name("warm-up").start(() -> {
            host.logMemory().prepare();
            dtls.warmUp();
        });
    }

    /** Logs are native memory; as much of it is granted as the heap may take. */
    private static long mostLogBytes(EngineConfig config) {
        long largestBytes = LogMemory.largestPublisherBytes(config.videoLogBytes(), config.audioLogBytes());
        return Math.max(Runtime.getRuntime().maxMemory(), LEAST_PUBLISHERS * largestBytes);
    }

    private static SrtpChoice chooseSrtp(String option) throws EngineStartException {
        try {
            return SrtpProviders.choose(option);
        } catch (SrtpUnavailableException e) {
            throw new EngineStartException(e.getMessage());
        }
    }

    private static Set<SrtpProfile> profiles(SrtpChoice choice) {
        Set<SrtpProfile> supported = EnumSet.allOf(SrtpProfile.class);
        supported.removeIf(profile -> !choice.provider().supports(profile));
        return supported;
    }

    private static List<InetAddress> announced(EngineConfig config, List<InetAddress> bound)
            throws EngineStartException {
        if (!config.announce().isEmpty()) {
            return config.announce();
        }
        List<InetAddress> outer = bound.stream()
                .filter(address -> config.announceLoopback() || !address.isLoopbackAddress())
                .toList();
        if (outer.isEmpty()) {
            throw new EngineStartException(
                    "no address to announce: this machine has only loopback; give one with --announce");
        }
        return outer;
    }

    private static List<InetAddress> tcpAnnounced(EngineConfig config, List<InetAddress> bound)
            throws EngineStartException {
        if (config.iceTcp() == null) {
            return List.of();
        }
        InetAddress address = config.iceTcp().getAddress();
        return address.isAnyLocalAddress() ? announced(config, bound) : List.of(address);
    }

    @Override
    public MediaSession publish(String stream, String offerSdp, InetAddress source, StreamSettings settings)
            throws SessionRefusedException {
        Session session = newSession(stream, true, source);
        try {
            LiveStream live = directory.addCandidate(session);
            session.openPublisher(offerSdp, live, settings);
            return session;
        } catch (SessionRefusedException | RuntimeException e) {
            discard(session);
            throw e;
        }
    }

    @Override
    public MediaSession offerPlay(String stream, Wanted wanted, InetAddress source) throws SessionRefusedException {
        return openPlayer(
                stream, source, (session, publication, live) -> session.openOfferedPlayer(publication, wanted, live));
    }

    @Override
    public MediaSession answerPlay(String stream, String offerSdp, Wanted wanted, InetAddress source)
            throws SessionRefusedException {
        return openPlayer(
                stream,
                source,
                (session, publication, live) -> session.openAnsweredPlayer(offerSdp, publication, wanted, live));
    }

    private interface PlayerOpening {
        void open(Session session, Publication publication, LiveStream live) throws SessionRefusedException;
    }

    private MediaSession openPlayer(String stream, InetAddress source, PlayerOpening opening)
            throws SessionRefusedException {
        Session session = newSession(stream, false, source);
        try {
            LiveStream live = directory.addPlayer(session);
            if (live == null) {
                throw new SessionRefusedException(Refusal.NOT_LIVE, "Nobody publishes this stream now.");
            }
            opening.open(session, live.publication(), live);
            session.follow(live.publication());
            return session;
        } catch (SessionRefusedException | RuntimeException e) {
            discard(session);
            throw e;
        }
    }

    private Session newSession(String stream, boolean publisher, InetAddress source) throws SessionRefusedException {
        if (closed) {
            throw new SessionRefusedException(Refusal.OVERLOADED, "The server stops.");
        }
        SessionLimits.Place place = limits.take(source);
        Session session = new Session(stream, publisher, host, loops.mostRoom(), loops.iceTcpPort(), place);
        sessions.put(session.id(), session);
        return session;
    }

    /** Who has the stream now, or null. */
    private Session publisherOf(String stream) {
        return directory.publisher(stream);
    }

    /** Opening failed. When a peer is there already its end does the rest. */
    private void discard(Session session) {
        session.close();
        if (session.peer() == null) {
            sessions.remove(session.id());
            directory.onEnded(session);
            session.onEnded(SessionEnd.FAILED);
        }
    }

    // ---- from the loops: hand over and return ------------------------------------------------------------------

    @Override
    public void onConnected(Peer peer) {
        later(peer, session -> {
            LOG.info(
                    "session={} event=connected role={} stream={} srtp={}",
                    shortId(session),
                    role(session),
                    session.stream(),
                    peer.srtpProfile());
            session.onConnected();
            if (session.isPublisher()) {
                directory.onPublisherConnected(session);
            }
        });
    }

    @Override
    public void onSilence(Peer peer, boolean silent) {
        later(peer, session -> {
            LOG.info(
                    "session={} event={} stream={}", shortId(session), silent ? "silent" : "sending", session.stream());
            directory.onSilence(session, silent);
        });
    }

    @Override
    public void onRepublished(Peer peer) {
        later(peer, directory::onRepublished);
    }

    @Override
    public void onEnded(Peer peer, PeerEnd end) {
        later(peer, session -> {
            SessionEnd reason = reason(session, end);
            if (end == PeerEnd.DTLS_FAILED) {
                LOG.info("session={} event=dtls_failed cause=\"{}\"", shortId(session), peer.dtlsFailure());
            }
            LOG.info(
                    "session={} event=ended role={} stream={} reason={}",
                    shortId(session),
                    role(session),
                    session.stream(),
                    reason);
            sessions.remove(session.id());
            try {
                directory.onEnded(session);
            } finally {
                session.onEnded(reason);
            }
        });
    }

    /** Its sessions would hang for ever: the process must be started anew. */
    @Override
    public void onLoopFailed(Throwable error) {
        LOG.error("a media loop has failed, the server ends", error);
        Runtime.getRuntime().halt(EXIT_LOOP_FAILED);
    }

    private void later(Peer peer, Consumer<Session> change) {
        lifecycle.execute(() -> {
            Session session = sessions.get(peer.id());
            try {
                if (session != null) {
                    change.accept(session);
                }
            } catch (RuntimeException e) {
                errors.record(e);
            }
        });
    }

    /** The whole id opens the session's resource to whoever has it: logs get its beginning. */
    private static String shortId(Session session) {
        return session.id().substring(0, 8);
    }

    private static String role(Session session) {
        return session.isPublisher() ? "publisher" : "player";
    }

    private static SessionEnd reason(Session session, PeerEnd end) {
        return switch (end) {
            case ASKED -> session.requestedEnd() == null ? SessionEnd.SERVER_STOPPING : session.requestedEnd();
            case DTLS_CLOSED -> SessionEnd.DTLS_CLOSED;
            case DTLS_FAILED -> SessionEnd.DTLS_FAILED;
            case ICE_TIMEOUT -> SessionEnd.ICE_TIMEOUT;
            case CONSENT_EXPIRED -> SessionEnd.CONSENT_EXPIRED;
            case FAILED -> SessionEnd.FAILED;
        };
    }

    // ---- questions ---------------------------------------------------------------------------------------------

    @Override
    public List<StreamInfo> streams() {
        return directory.list();
    }

    @Override
    public Optional<StreamInfo> stream(String name) {
        return Optional.ofNullable(directory.info(name));
    }

    @Override
    public Runnable watch(String stream, Consumer<StreamState> listener) {
        return directory.watch(stream, listener);
    }

    @Override
    public Runnable watchStreams(Consumer<StreamEvent> listener) {
        return directory.watchEvents(listener);
    }

    @Override
    public SrtpInfo srtp() {
        return srtp;
    }

    @Override
    public IoInfo io() {
        return new IoInfo(loops.io().option(), loops.io().reason());
    }

    @Override
    public Map<String, Integer> srtpProfiles(String stream) {
        Map<String, Integer> profiles = new TreeMap<>();
        for (Session session : sessions.values()) {
            Peer peer = session.peer();
            if (session.stream().equals(stream) && peer != null && peer.srtpProfile() != null) {
                profiles.merge(peer.srtpProfile().name(), 1, Integer::sum);
            }
        }
        return profiles;
    }

    @Override
    public List<Integer> mediaPorts() {
        return loops.all().stream().map(MediaLoop::port).toList();
    }

    @Override
    public List<LoopStats> loops() {
        return loops.all().stream()
                .map(loop -> new LoopStats(
                        loop.index(),
                        loop.port(),
                        loop.sessions(),
                        loop.busyPercent(),
                        loop.sinceCycleNs(),
                        LoopCounters.sum(List.of(loop.counters()))))
                .toList();
    }

    @Override
    public LogMemoryUse logMemory() {
        LogMemory memory = host.logMemory();
        long freeBytes = memory.mostBytes() - memory.usedBytes();
        return new LogMemoryUse(memory.usedBytes(), memory.mostBytes(), freeBytes < memory.leastPublisherBytes());
    }

    @Override
    public List<EngineError> errors() {
        return errors.entries().stream()
                .map(entry -> new EngineError(entry.kind(), entry.count(), entry.first(), entry.last()))
                .toList();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = loops.counters();
        counters.put("refused.sessions_in_all", limits.refusedInAll());
        counters.put("refused.sessions_per_source", limits.refusedPerSource());
        counters.put("refused.log_memory", host.logMemory().refused());
        counters.put("stream_events_dropped", directory.eventsDropped());
        counters.put(
                "errors",
                errors.entries().stream()
                        .mapToLong(DistinctErrorLog.Entry::count)
                        .sum());
        return counters;
    }

    @Override
    public void close() {
        closed = true;
        directory.stop();
        for (Session session : sessions.values()) {
            session.close(SessionEnd.SERVER_STOPPING);
        }
        dropEvents.close();
        loops.close();
        host.recordings().close();
        dtls.close();
        // What the loops have handed over is still done: sessions learn of their end.
        lifecycle.shutdown();
    }
}
