package dev.sluice.engine.dtls;

import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * A DTLS-SRTP client (Bouncy Castle's) over any datagrams: a socket, or an endpoint in memory ({@link MemoryLink}).
 *
 * <pre>{@code
 * DtlsTestClient client = new DtlsTestClient().profiles(AEAD_AES_128_GCM);
 * … client.fingerprint() goes into the offer, link sends and receives …
 * SrtpKeys keys = client.expectServer(Fingerprint.parse("sha-256 AA:…")).handshake(link);
 * client.close();
 * }</pre>
 *
 * Confined to one thread.
 */
public final class DtlsTestClient implements AutoCloseable {
    /** One key for all clients that bring none: making one costs more than a test wants to wait. */
    private static final DtlsCertificate SHARED = DtlsCertificate.generate(new SecureRandom());

    private static final HandshakeCrypto CRYPTO = new HandshakeCrypto(new SecureRandom());

    /** Bouncy Castle waits to the end of this, even when the alert came. */
    private static final int SLICE_MILLIS = 20;

    /** The way to the server and back; blocking. */
    public interface Link {
        void send(byte[] datagram) throws IOException;

        /** The next DTLS datagram, or null when that much time passed without one. Never called with 0. */
        byte[] receive(int timeoutMillis) throws IOException;
    }

    private DtlsCertificate certificate;
    private boolean showsCertificate = true;
    private boolean extendedMasterSecret = true;
    private List<SrtpProfile> profiles = List.of(SrtpProfile.values());
    private HandshakeCrypto crypto = CRYPTO;
    private TestKey key;
    private int[] groups;
    private int maxDatagramBytes = DtlsServer.MAX_DATAGRAM_BYTES;
    private Fingerprint expectedServer;
    private Fingerprint server;
    private boolean closeNotifyReceived;
    private DTLSTransport transport;

    public DtlsTestClient() {
        this(SHARED);
    }

    public DtlsTestClient(DtlsCertificate certificate) {
        this.certificate = certificate;
    }

    /** Of the client's certificate, by sha-256. */
    public Fingerprint fingerprint() {
        return key == null ? certificate.fingerprint() : key.fingerprint();
    }

    /** What use_srtp offers, in this order; none leaves the extension out. All four by default. */
    public DtlsTestClient profiles(SrtpProfile... offered) {
        profiles = List.of(offered);
        return this;
    }

    /** Answers the certificate request by an empty list. */
    public DtlsTestClient withoutCertificate() {
        showsCertificate = false;
        return this;
    }

    public DtlsTestClient withoutExtendedMasterSecret() {
        extendedMasterSecret = false;
        return this;
    }

    /** Fragments messages so that no datagram is longer; GStreamer takes 256. */
    public DtlsTestClient maxDatagramBytes(int bytes) {
        maxDatagramBytes = bytes;
        return this;
    }

    /** Computes with this, which may do it wrong. */
    DtlsTestClient crypto(HandshakeCrypto wanted) {
        crypto = wanted;
        return this;
    }

    /** Shows a certificate of this key. */
    DtlsTestClient key(TestKey wanted) {
        key = wanted;
        return this;
    }

    /** Offers these groups only, by Bouncy Castle's NamedGroup. */
    DtlsTestClient groups(int... offered) {
        groups = offered.clone();
        return this;
    }

    /** Fails the handshake when the server shows another certificate; without it any is taken. */
    public DtlsTestClient expectServer(Fingerprint fingerprint) {
        expectedServer = fingerprint;
        return this;
    }

    /** The whole handshake; resends after 200 ms and doubling, gives up after 10 s. Null without use_srtp. */
    public SrtpKeys handshake(Link link) throws IOException {
        SrtpTlsClient client = new Policy();
        transport = new DTLSClientProtocol().connect(client, new LinkTransport(link));
        return client.keys();
    }

    /** By sha-256, of the certificate that the server showed. */
    public Fingerprint serverFingerprint() {
        return server;
    }

    public void sendApplicationData(byte[] data) throws IOException {
        transport.send(data, 0, data.length);
    }

    /** Reads for at most that long; true when the server's close_notify came. */
    public boolean awaitCloseNotify(int timeoutMillis) throws IOException {
        byte[] buffer = new byte[transport.getReceiveLimit()];
        for (int waitedMillis = 0; !closeNotifyReceived && waitedMillis < timeoutMillis; waitedMillis += SLICE_MILLIS) {
            transport.receive(buffer, 0, buffer.length, SLICE_MILLIS);
        }
        return closeNotifyReceived;
    }

    /** Sends close_notify. */
    @Override
    public void close() throws IOException {
        if (transport != null) {
            transport.close();
        }
    }

    private final class Policy extends SrtpTlsClient {
        Policy() {
            super(crypto, showsCertificate ? certificate : null, profiles);
        }

        @Override
        TlsCredentials credentials() throws IOException {
            return key == null ? super.credentials() : key.credentials(context, crypto);
        }

        @Override
        @SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // As Bouncy Castle has it.
        protected Vector getSupportedGroups(Vector roles) {
            if (groups == null) {
                return super.getSupportedGroups(roles);
            }
            Vector offered = new Vector();
            for (int group : groups) {
                offered.add(group);
            }
            return offered;
        }

        @Override
        public boolean shouldUseExtendedMasterSecret() {
            return extendedMasterSecret;
        }

        @Override
        void onServerCertificate(byte[] encoded) throws IOException {
            server = Fingerprint.of("sha-256", encoded);
            if (expectedServer != null && !expectedServer.matches(encoded)) {
                throw new TlsFatalAlert(AlertDescription.bad_certificate);
            }
        }

        @Override
        public void notifyAlertReceived(short level, short description) {
            closeNotifyReceived |= description == AlertDescription.close_notify;
        }
    }

    private final class LinkTransport implements DatagramTransport {
        private static final int RECEIVE_LIMIT_BYTES = 1_500;

        private final Link link;

        LinkTransport(Link link) {
            this.link = link;
        }

        @Override
        public int getReceiveLimit() {
            return RECEIVE_LIMIT_BYTES;
        }

        @Override
        public int getSendLimit() {
            return maxDatagramBytes;
        }

        @Override
        public int receive(byte[] buffer, int offset, int lengthBytes, int waitMillis) throws IOException {
            byte[] datagram = link.receive(waitMillis);
            if (datagram == null) {
                return -1;
            }
            System.arraycopy(datagram, 0, buffer, offset, Math.min(lengthBytes, datagram.length));
            return datagram.length;
        }

        @Override
        public void send(byte[] buffer, int offset, int lengthBytes) throws IOException {
            byte[] datagram = new byte[lengthBytes];
            System.arraycopy(buffer, offset, datagram, 0, lengthBytes);
            link.send(datagram);
        }

        @Override
        public void close() {}
    }
}
