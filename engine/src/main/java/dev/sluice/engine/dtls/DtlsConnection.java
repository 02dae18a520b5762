package dev.sluice.engine.dtls;

import java.io.IOException;
import java.util.List;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;

/**
 * Bouncy Castle at work for one endpoint: a handshake. {@link #offer}, {@link #cancel} and {@link #pollUnread} are for the
 * owner's loop; all else is confined to the handshake's virtual thread.
 */
final class DtlsConnection {
    private final DtlsServer server;
    private final ServerEndpoint endpoint;
    private final SrtpTlsServer policy;
    private final RecordExchange exchange;

    DtlsConnection(DtlsServer server, ServerEndpoint endpoint, SrtpTlsServer policy) {
        this.server = server;
        this.endpoint = endpoint;
        this.policy = policy;
        this.exchange = new RecordExchange(endpoint::isHandshaking, endpoint::send);
    }

    /** From the owner's loop: one record for Bouncy Castle. False when as many wait as may. */
    boolean offer(byte[] record) {
        return exchange.offer(record);
    }

    /** From the owner's loop: a handshake still waiting ends at once. */
    void cancel() {
        exchange.wake();
    }

    /** From the owner's loop, after a complete handshake: a record that came too late for it, or null. */
    byte[] pollUnread() {
        return exchange.pollInbound();
    }

    /** The handshake; the thread is for nothing else. */
    void run() {
        try {
            handshake();
        } finally {
            try {
                policy.release();
            } finally {
                server.handshakeEnded();
            }
        }
    }

    private void handshake() {
        try {
            server.beforeWork();
            DTLSTransport transport = new DTLSServerProtocol().accept(policy, exchange);
            exchange.flush();
            List<byte[]> lastFlight = exchange.answer();
            // Bouncy Castle writes our close_notify now, so that the loop can send it later without Bouncy Castle, of
            // which
            // nothing is kept.
            transport.close();
            endpoint.onConnected(policy.keys(), policy.records(), lastFlight, exchange.takePacked());
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
}
