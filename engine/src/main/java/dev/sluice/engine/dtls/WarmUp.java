package dev.sluice.engine.dtls;

import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DatagramTransport;

/** A client next to an endpoint, and the calls that carry datagrams between them. Confined to the thread that warms up. */
final class WarmUp implements DatagramTransport {
    private static final int RECEIVE_LIMIT_BYTES = 1_500;

    private final Semaphore progress = new Semaphore(0);
    private final DtlsEndpoint endpoint;

    private WarmUp(DtlsServer server, DtlsCertificate certificate) {
        endpoint = server.open(
                List.of(certificate.fingerprint()),
                new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND),
                progress::release);
    }

    static void run(DtlsServer server, DtlsCertificate certificate, CryptoFactory cryptos, Set<SrtpProfile> profiles) {
        WarmUp link = new WarmUp(server, certificate);
        try (HandshakeCrypto crypto = cryptos.open()) {
            SrtpTlsClient client = new SrtpTlsClient(crypto, certificate, profiles);
            new DTLSClientProtocol().connect(client, link);
            client.keys().wipe();
        } catch (IOException e) {
            throw new IllegalStateException("DTLS does not work with itself: " + link.endpoint.failure(), e);
        } finally {
            link.endpoint.close();
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
        long room = MemorySegment.ofArray(buffer).byteSize() - offset;
        int received = endpoint.pollOutbound(MemorySegment.ofArray(buffer), offset, (int) room);
        try {
            while (received == 0 && progress.tryAcquire(waitMillis, TimeUnit.MILLISECONDS)) {
                received = endpoint.pollOutbound(MemorySegment.ofArray(buffer), offset, (int) room);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
