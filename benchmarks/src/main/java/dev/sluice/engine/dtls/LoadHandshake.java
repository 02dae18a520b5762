package dev.sluice.engine.dtls;

import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * The handshakes of the load's clients, all with one certificate, in either role. Stands in this package because the client does.
 * Safe for many threads; each handshake blocks its caller.
 */
public final class LoadHandshake {
    private static final int RECEIVE_LIMIT_BYTES = 1_500;
    /** Browsers wait as long for a server that lets them in one by one. */
    private static final int TIMEOUT_MILLIS = 30_000;

    private static final int MAX_ACCEPTS_PER_SECOND = 1_000_000;

    /** One client's way to its server. */
    public interface Link {
        void send(MemorySegment datagram, int lengthBytes);

        /** The next datagram, or null when none came within that time. */
        byte[] receive(int waitMillis);
    }

    private final Set<SrtpProfile> profiles;
    private final CryptoFactory cryptos;
    private final DtlsCertificate certificate;
    private final DtlsServer server;

    /** @param profiles that are offered, or taken */
    public LoadHandshake(Set<SrtpProfile> profiles) {
        this.profiles = Set.copyOf(profiles);
        SecureRandom random = new SecureRandom();
        certificate = DtlsCertificate.generate(random);
        cryptos = CryptoFactory.best(certificate, random);
        server = new DtlsServer(certificate, cryptos, profiles, Integer.MAX_VALUE, () -> {});
    }

    /** Of all clients. */
    public Fingerprint fingerprint() {
        return certificate.fingerprint();
    }

    /** A process's first handshake takes half a second: one with itself, in memory. */
    public void warmUp() {
        server.warmUp();
    }

    /** In the client's role. */
    public SrtpKeys connect(Link link, Fingerprint expected) throws IOException {
        try (Arena arena = Arena.ofConfined();
                HandshakeCrypto crypto = cryptos.open()) {
            Client client = new Client(crypto, expected);
            new DTLSClientProtocol().connect(client, new Transport(link, arena));
            if (client.keys() == null) {
                throw new IOException("the server chose no SRTP profile");
            }
            return client.keys();
        }
    }

    /** In the server's role, for those who answer {@code a=setup:active}. */
    public SrtpKeys accept(Link link, Fingerprint expected) throws IOException {
        Semaphore progress = new Semaphore(0);
        DtlsEndpoint endpoint =
                server.open(List.of(expected), new HandshakeQueue(MAX_ACCEPTS_PER_SECOND), progress::release);
        long endNs = System.nanoTime() + SrtpTlsServer.HANDSHAKE_TIMEOUT_MILLIS * 1_000_000L;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(RECEIVE_LIMIT_BYTES);
            while (endpoint.state() == DtlsEndpoint.State.WAITING
                    || endpoint.state() == DtlsEndpoint.State.QUEUED
                    || endpoint.state() == DtlsEndpoint.State.HANDSHAKING) {
                byte[] datagram = link.receive(progress.tryAcquire() ? 1 : 10);
                if (datagram != null) {
                    endpoint.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length, System.nanoTime());
                }
                flush(endpoint, link, buffer);
                if (System.nanoTime() - endNs > 0) {
                    throw new IOException("no handshake within 10 s");
                }
            }
            flush(endpoint, link, buffer);
        }
        SrtpKeys keys = endpoint.takeKeys();
        if (keys == null) {
            throw new IOException("the handshake failed: " + endpoint.failure());
        }
        return keys;
    }

    private static void flush(DtlsEndpoint endpoint, Link link, MemorySegment buffer) {
        int length = endpoint.pollOutbound(buffer, 0, RECEIVE_LIMIT_BYTES);
        while (length > 0) {
            link.send(buffer, length);
            length = endpoint.pollOutbound(buffer, 0, RECEIVE_LIMIT_BYTES);
        }
    }

    /** Takes servers with RSA certificates too, and none but the one in the answer. Confined to the thread of its handshake. */
    private final class Client extends SrtpTlsClient {
        private final Fingerprint expected;

        Client(HandshakeCrypto crypto, Fingerprint expected) {
            super(crypto, certificate, profiles);
            this.expected = expected;
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {
                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            };
        }

        /** Chromium's. */
        @Override
        public int getHandshakeResendTimeMillis() {
            return 50;
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return TIMEOUT_MILLIS;
        }

        @Override
        void onServerCertificate(byte[] encoded) throws IOException {
            if (!expected.matches(encoded)) {
                throw new TlsFatalAlert(AlertDescription.bad_certificate, "not the certificate of the answer");
            }
        }
    }

    /** Confined to the thread of its handshake. */
    private static final class Transport implements DatagramTransport {
        private final Link link;
        private final MemorySegment buffer;

        Transport(Link link, Arena arena) {
            this.link = link;
            this.buffer = arena.allocate(RECEIVE_LIMIT_BYTES);
        }

        @Override
        public int getReceiveLimit() {
            return RECEIVE_LIMIT_BYTES;
        }

        @Override
        public int getSendLimit() {
            return DtlsServer.MAX_DATAGRAM_BYTES;
        }

        @Override
        public int receive(byte[] to, int offset, int roomBytes, int waitMillis) {
            byte[] datagram = link.receive(waitMillis);
            if (datagram == null) {
                return -1;
            }
            int length = Math.min(roomBytes, datagram.length);
            System.arraycopy(datagram, 0, to, offset, length);
            return length;
        }

        @Override
        public void send(byte[] from, int offset, int lengthBytes) {
            MemorySegment.copy(from, offset, buffer, ValueLayout.JAVA_BYTE, 0, lengthBytes);
            link.send(buffer, lengthBytes);
        }

        @Override
        public void close() {}
    }
}
