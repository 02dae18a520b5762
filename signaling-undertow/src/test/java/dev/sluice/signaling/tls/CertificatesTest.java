package dev.sluice.signaling.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that change on disk, seen by real handshakes. */
class CertificatesTest {
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir
    Path folder;

    private Path certificate;
    private Path key;
    private TlsIdentity first;
    private TlsIdentity second;

    @BeforeEach
    void writeFirst() throws Exception {
        certificate = folder.resolve("fullchain.pem");
        key = folder.resolve("privkey.pem");
        first = identity();
        second = identity();
        write(first);
    }

    @AfterEach
    void stop() {
        threads.close();
    }

    private TlsIdentity identity() throws Exception {
        return SelfSigned.create(List.of("localhost"), List.of(), random, Instant.now());
    }

    private void write(TlsIdentity identity) throws Exception {
        replace(certificate, "CERTIFICATE", identity.chain().getFirst().getEncoded());
        replace(key, "PRIVATE KEY", identity.key().getEncoded());
    }

    /** As certbot does: another file in its place, so that it is another however coarse the clock of the file system. */
    private void replace(Path file, String label, byte[] der) throws Exception {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label + "-----\n";
        Path next = Files.writeString(folder.resolve(file.getFileName() + ".next"), text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private Certificates certificates() throws Exception {
        return new Certificates(certificate, key, List.of(InetAddress.getLoopbackAddress()), random);
    }

    /** A connection on which both sides have shaken hands. */
    private record Connection(SSLSocket client, SSLSocket server) {
        X509Certificate shown() throws Exception {
            return (X509Certificate) client.getSession().getPeerCertificates()[0];
        }

        void exchange() throws Exception {
            server.getOutputStream().write(7);
            assertEquals(7, client.getInputStream().read());
        }

        void close() throws Exception {
            client.close();
            server.close();
        }
    }

    private Connection connect(Certificates certificates) throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustAll()}, random);
        try (SSLServerSocket listener = (SSLServerSocket) certificates
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var accepted = threads.submit(() -> {
                SSLSocket socket = (SSLSocket) listener.accept();
                socket.startHandshake();
                return socket;
            });
            SSLSocket client = (SSLSocket)
                    trusting.getSocketFactory().createSocket(listener.getInetAddress(), listener.getLocalPort());
            client.startHandshake();
            return new Connection(client, accepted.get());
        }
    }

    private X509Certificate shown(Certificates certificates) throws Exception {
        Connection connection = connect(certificates);
        connection.close();
        return connection.shown();
    }

    @Test
    void shouldShowTheNewOneToNewConnectionsAndKeepOpenOnes() throws Exception {
        Certificates certificates = certificates();
        Connection open = connect(certificates);
        assertEquals(first.chain().getFirst(), open.shown());
        write(second);
        certificates.check();
        assertEquals(second.chain().getFirst(), shown(certificates));
        open.exchange();
        open.close();
        assertEquals(1, certificates.changes());
    }

    @Test
    void shouldTakeAKeyOfAnotherAlgorithm() throws Exception {
        Certificates certificates = certificates();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        replace(certificate, "CERTIFICATE", selfSigned(rsa));
        replace(key, "PRIVATE KEY", rsa.getPrivate().getEncoded());
        certificates.check();
        assertEquals("RSA", shown(certificates).getPublicKey().getAlgorithm());
    }

    @Test
    void shouldDoNothingWhileTheFilesStayTheSame() throws Exception {
        Certificates certificates = certificates();
        certificates.check();
        certificates.use(certificate, key);
        assertEquals(0, certificates.changes());
        assertEquals(first.chain().getFirst(), shown(certificates));
    }

    @Test
    void shouldGoOnWithTheFormerWhileOnlyOneOfThemIsWritten() throws Exception {
        Certificates certificates = certificates();
        replace(certificate, "CERTIFICATE", second.chain().getFirst().getEncoded());
        certificates.check();
        certificates.check();
        assertEquals(first.chain().getFirst(), shown(certificates));
        assertEquals(1, certificates.refusals());
        replace(key, "PRIVATE KEY", second.key().getEncoded());
        certificates.check();
        assertEquals(second.chain().getFirst(), shown(certificates));
    }

    @Test
    void shouldGoOnWithTheFormerWhenAFileIsCutOffEmptyOrGone() throws Exception {
        Certificates certificates = certificates();
        String whole = Files.readString(key);
        Files.writeString(key, whole.substring(0, whole.length() / 2));
        certificates.check();
        Files.writeString(key, "");
        certificates.check();
        Files.delete(key);
        certificates.check();
        assertEquals(first.chain().getFirst(), shown(certificates));
        assertEquals(3, certificates.refusals());
        write(second);
        certificates.check();
        assertEquals(second.chain().getFirst(), shown(certificates));
    }

    @Test
    void shouldTakeOtherFilesAndASelfSignedOneWhenToldTo() throws Exception {
        Certificates certificates = Certificates.selfSigned(List.of(InetAddress.getLoopbackAddress()), random);
        X509Certificate own = shown(certificates);
        certificates.use(null, null);
        assertEquals(own, shown(certificates));
        certificates.use(certificate, key);
        assertEquals(first.chain().getFirst(), shown(certificates));
        certificates.use(null, null);
        shown(certificates).verify(shown(certificates).getPublicKey());
        assertEquals(2, certificates.changes());
    }

    @Test
    void shouldNotStartWithFilesThatDoNotFit() throws Exception {
        replace(key, "PRIVATE KEY", second.key().getEncoded());
        assertThrows(TlsException.class, this::certificates);
    }

    @Test
    void shouldGiveAHandshakeUnderWayTheKeyOfItsCertificate() throws Exception {
        CurrentKey current = new CurrentKey(first);
        String alias = current.chooseEngineServerAlias("EC", null, null);
        X509Certificate[] chain = current.getCertificateChain(alias);
        current.replace(second);
        assertEquals(first.key(), current.getPrivateKey(alias));
        assertEquals(first.chain().getFirst(), chain[0]);
        assertEquals(second.key(), current.getPrivateKey(current.chooseEngineServerAlias("EC", null, null)));
    }

    /** RFC 5280 and RFC 4055, as short as it may be. */
    private byte[] selfSigned(KeyPair pair) throws Exception {
        byte[] algorithm = Der.sequence(Der.oid("1.2.840.113549.1.1.11"), Der.element(5));
        byte[] name = Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8("Sluice"))));
        Instant now = Instant.now();
        byte[] body = Der.sequence(
                Der.integer(BigInteger.ONE),
                algorithm,
                name,
                Der.sequence(Der.time(now.minusSeconds(60)), Der.time(now.plusSeconds(600))),
                name,
                pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(body);
        return Der.sequence(body, algorithm, Der.bits(signature.sign()));
    }

    /** Takes any certificate. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
