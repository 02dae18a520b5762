package dev.sluice.engine.dtls;

import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DatagramTransport;

/**
 * Handshakes between a server and a client that hand each other their datagrams. Stands in this package because the client
 * does. Confined to one thread.
 */
public final class MemoryHandshake implements AutoCloseable {
    private static final int RECEIVE_LIMIT_BYTES = 1_500;
    private static final int TIMEOUT_MILLIS = 20_000;

    /** What both sides have got. */
    public record Keys(SrtpKeys server, SrtpKeys client) {}

    private final Set<SrtpProfile> profiles = EnumSet.allOf(SrtpProfile.class);
    private final HandshakeCrypto crypto;
    private final DtlsCertificate clientCertificate;
    private final DtlsServer server;

    /** What computes on the server's side; the client's is always Bouncy Castle. */
    public enum Crypto {
        LIBCRYPTO,
        BOUNCY_CASTLE
    }

    /** Makes both certificates. Throws IllegalStateException when libcrypto is wanted and cannot be used. */
    public MemoryHandshake(Crypto serverCrypto) {
        SecureRandom random = new SecureRandom();
        crypto = new HandshakeCrypto(random);
        clientCertificate = DtlsCertificate.generate(random);
        DtlsCertificate certificate = DtlsCertificate.generate(random);
        server = new DtlsServer(certificate, factory(serverCrypto, certificate, random), profiles, 1_024, () -> {});
    }

    private static CryptoFactory factory(Crypto wanted, DtlsCertificate certificate, SecureRandom random) {
        if (wanted == Crypto.BOUNCY_CASTLE) {
            return CryptoFactory.bouncyCastle(random, "asked for");
        }
        try {
            return CryptoFactory.openssl(certificate, random);
        } catch (LibraryUnavailableException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One full handshake: the client on this thread, the server on a virtual one. */
    public Keys run() throws IOException {
        Link link = new Link();
        try {
            SrtpTlsClient client = new SrtpTlsClient(crypto, clientCertificate, profiles);
            new DTLSClientProtocol().connect(client, link);
            link.awaitConnected();
            return new Keys(link.endpoint.takeKeys(), client.keys());
        } finally {
            link.endpoint.close();
        }
    }

    /** How many virtual threads of the server are at work. */
    public int serverThreads() {
        return server.threads();
    }

    @Override
    public void close() {
        server.close();
    }

    /** The client's side of the network. */
    private final class Link implements DatagramTransport {
        private final Semaphore progress = new Semaphore(0);
        private final DtlsEndpoint endpoint = server.open(
                List.of(clientCertificate.fingerprint()),
                new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND),
                progress::release);

        void awaitConnected() throws IOException {
            while (endpoint.state() == DtlsEndpoint.State.HANDSHAKING && awaitProgress(TIMEOUT_MILLIS)) {
                Thread.onSpinWait();
            }
            if (endpoint.state() != DtlsEndpoint.State.CONNECTED) {
                throw new IOException("the server is " + endpoint.state() + ": " + endpoint.failure());
            }
        }

        private boolean awaitProgress(int millis) {
            try {
                return progress.tryAcquire(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
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
        public int receive(byte[] buffer, int offset, int lengthBytes, int waitMillis) {
            MemorySegment to = MemorySegment.ofArray(buffer);
            int room = buffer.length - offset;
            int received = endpoint.pollOutbound(to, offset, room);
            while (received == 0 && awaitProgress(waitMillis)) {
                received = endpoint.pollOutbound(to, offset, room);
            }
            return received == 0 ? -1 : received;
        }

        @Override
        public void send(byte[] buffer, int offset, int lengthBytes) {
            // Nothing is lost in memory, so nothing here needs the time.
            endpoint.onDatagram(MemorySegment.ofArray(buffer), offset, lengthBytes, 0);
        }

        @Override
        public void close() {}
    }
}
