package dev.sluice.engine.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;

/**
 * Bouncy Castle at work for one endpoint: a handshake, then whatever records still come. {@link #offer} and {@link #cancel}
 * are for the owner's loop; all else is confined to the one virtual thread that has {@link #atWork}, and none has it while
 * there is nothing to read.
 */
final class DtlsConnection {
    private final DtlsServer server;
    private final ServerEndpoint endpoint;
    private final SrtpTlsServer policy;
    private final RecordExchange exchange;
    private final AtomicBoolean atWork = new AtomicBoolean(true);

    /** Guarded by {@link #atWork}; null before and when over. */
    private DTLSTransport session;

    private List<byte[]> lastFlight = List.of();

    DtlsConnection(DtlsServer server, ServerEndpoint endpoint, SrtpTlsServer policy) {
        this.server = server;
        this.endpoint = endpoint;
        this.policy = policy;
        this.exchange = new RecordExchange(endpoint::isOpen, endpoint::send);
    }

    /** From the owner's loop: one record for Bouncy Castle. False when as many wait as may. */
    boolean offer(byte[] record) {
        if (!exchange.offer(record)) {
            return false;
        }
        if (endpoint.state() == DtlsEndpoint.State.CONNECTED && atWork.compareAndSet(false, true)) {
            server.start(this::readOn);
        }
        return true;
    }

    /** From the owner's loop: a handshake still waiting ends at once. */
    void cancel() {
        exchange.wake();
    }

    /** The handshake; starts with the thread, as the one at work. */
    void run() {
        try {
            handshake();
        } finally {
            policy.release();
            server.handshakeEnded();
        }
        readOn();
    }

    private void handshake() {
        try {
            DTLSTransport transport = new DTLSServerProtocol().accept(policy, exchange);
            exchange.flush();
            lastFlight = exchange.answer();
            // Bouncy Castle writes our close_notify now, so that the loop can send it later without Bouncy Castle. It
            // takes itself for closed then, and reads on all the same.
            transport.close();
            byte[] closeNotify = exchange.takePacked();
            exchange.stopWaiting();
            if (endpoint.onConnected(policy.keys(), closeNotify)) {
                session = transport;
            }
        } catch (TlsTimeoutException e) {
            exchange.flush();
            endpoint.onFailed("no complete handshake within " + SrtpTlsServer.HANDSHAKE_TIMEOUT_MILLIS / 1000 + " s");
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // The last one: ASN.1 nested deep enough in a certificate.
            String reason = policy.refusal() != null ? policy.refusal() : String.valueOf(e.getMessage());
            if (exchange.hasSent()) {
                exchange.flush();
                endpoint.onFailed(reason);
            } else {
                // The alert stays here: a forged hello must not make us tell the real client that all is over.
                exchange.takePacked();
                endpoint.onHelloRefused(reason);
            }
        }
    }

    /** Reads all that waits, then gives the work back. */
    private void readOn() {
        do {
            if (session != null) {
                readWaiting();
            }
            atWork.set(false);
        } while (endpoint.state() == DtlsEndpoint.State.CONNECTED
                && exchange.hasInbound()
                && atWork.compareAndSet(false, true));
    }

    private void readWaiting() {
        byte[] unused = new byte[1];
        try {
            while (true) {
                // Returns when its time has passed; ends by InterruptedIOException when no record is left.
                session.receive(unused, 0, unused.length, 1, flags -> onAuthenticRecord());
            }
        } catch (InterruptedIOException e) {
            // All is read.
        } catch (IOException | RuntimeException e) {
            endpoint.onRemoteEnd(e.getMessage());
        }
        if (policy.remoteEnd() != null) {
            endpoint.onRemoteEnd(policy.remoteEnd());
        }
        if (endpoint.state() != DtlsEndpoint.State.CONNECTED) {
            session = null;
        }
    }

    /**
     * The client's Finished once more: it did not get our last flight (RFC 6347 section 4.2.4). That is sent again as it
     * was; Bouncy Castle would do so only after all of the client's flight came again, plaintext included.
     */
    private void onAuthenticRecord() {
        if (exchange.lastRecordIsEncryptedHandshake()) {
            for (byte[] datagram : lastFlight) {
                endpoint.send(datagram);
            }
        }
    }
}
