package dev.sluice.engine.dtls;

import dev.sluice.natives.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.tls.Certificate;

/** What all peers' DTLS shares: certificate, random source, and the bound on handshakes at a time. Safe for many threads. */
public final class DtlsServer implements AutoCloseable {
    /** The largest datagram an endpoint sends; the certificate flight is cut so that it fits any path. */
    public static final int MAX_DATAGRAM_BYTES = 1_200;

    private final DtlsCertificate certificate;
    private final CryptoFactory cryptos;
    private final Certificate chain;
    private final Set<SrtpProfile> profiles;
    private final Semaphore handshakes;
    private final int reserve;
    private final Runnable beforeWork;
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param random safe for many threads, as each SecureRandom is
     * @param profiles those that SRTP can do here; at least one
     * @param beforeWork called on each virtual thread before it computes
     * @param maxHandshakes how many may run at a time, each on a virtual thread; hellos over it wait
     */
    public DtlsServer(
            DtlsCertificate certificate,
            SecureRandom random,
            Set<SrtpProfile> profiles,
            int maxHandshakes,
            Runnable beforeWork) {
        this(certificate, CryptoFactory.best(certificate, random), profiles, maxHandshakes, beforeWork);
    }

    DtlsServer(
            DtlsCertificate certificate,
            CryptoFactory cryptos,
            Set<SrtpProfile> profiles,
            int maxHandshakes,
            Runnable beforeWork) {
        if (profiles.isEmpty() || maxHandshakes < 1) {
            throw new IllegalArgumentException("no SRTP profile, or no handshake allowed");
        }
        this.certificate = certificate;
        this.cryptos = cryptos;
        this.chain = certificate.chain(cryptos.open());
        this.profiles = Set.copyOf(profiles);
        this.handshakes = new Semaphore(maxHandshakes);
        this.reserve = maxHandshakes / 16;
        this.beforeWork = beforeWork;
    }

    /** The certificate that every endpoint shows. */
    public DtlsCertificate certificate() {
        return certificate;
    }

    /** What computes for the handshakes, in a few words for the log. */
    public String crypto() {
        return cryptos.description();
    }

    /**
     * A new endpoint that waits for its client's hello.
     *
     * @param remoteFingerprints the client's certificate must match one of them
     * @param queue of the media loop that owns the endpoint: its hello waits for its turn there
     * @param onProgress called on a virtual thread, or the owner's when none could be started, when output or a change of state waits for the
     *     owner; must be quick and must not throw
     */
    public DtlsEndpoint open(List<Fingerprint> remoteFingerprints, HandshakeQueue queue, Runnable onProgress) {
        if (remoteFingerprints.isEmpty()) {
            throw new IllegalArgumentException("no fingerprint to check the client by");
        }
        return new ServerEndpoint(this, List.copyOf(remoteFingerprints), queue, onProgress);
    }

    /**
     * One full handshake with itself, in memory, on the caller's thread: loads and warms what a process's first handshake
     * otherwise waits 0.4–0.9 s for.
     */
    public void warmUp() {
        WarmUp.run(this, certificate, cryptos, EnumSet.copyOf(profiles));
    }

    /** How many virtual threads are at work now. */
    public int threads() {
        return threads.get();
    }

    /** Takes no hello any more; endpoints are their owners' to close. Idempotent. */
    @Override
    public void close() {
        closed.set(true);
    }

    SrtpTlsServer policy(List<Fingerprint> remoteFingerprints) {
        return new SrtpTlsServer(cryptos.open(), certificate, chain, profiles, remoteFingerprints);
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Takes one of the handshakes that may run, until {@link #handshakeEnded}; false when there is none. */
    boolean tryHandshake() {
        return !closed.get() && handshakes.tryAcquire();
    }

    /** Whether so many run that slow ones must give way. */
    boolean isShortOfHandshakes() {
        return handshakes.availablePermits() <= reserve;
    }

    void handshakeEnded() {
        handshakes.release();
    }

    void start(Runnable work) {
        Thread thread = Thread.ofVirtual().name("dtls").unstarted(() -> {
            try {
                work.run();
            } finally {
                threads.decrementAndGet();
            }
        });
        threads.incrementAndGet();
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                threads.decrementAndGet();
            }
        }
    }

    /** To be called on a handshake's thread first. */
    void beforeWork() {
        beforeWork.run();
    }
}
