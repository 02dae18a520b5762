package dev.sluice.signaling.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemFilesTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    Path folder;

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    private TlsIdentity identity() throws Exception {
        return SelfSigned.create(
                List.of("localhost"), List.of(InetAddress.getLoopbackAddress()), random, Instant.now());
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void shouldReadCertificateAndKeyFromPem() throws Exception {
        TlsIdentity own = identity();
        Path certificate = write(
                "cert.pem",
                "text before\n" + pem("CERTIFICATE", own.chain().getFirst().getEncoded()));
        Path key = write("key.pem", pem("PRIVATE KEY", own.key().getEncoded()));
        TlsIdentity read = PemFiles.read(certificate, key);
        assertEquals(own.key(), read.key());
        assertEquals(own.chain(), read.chain());
    }

    @Test
    void shouldReadOpenSslsTraditionalKeys() throws Exception {
        TlsIdentity own = identity();
        Path certificate =
                write("cert.pem", pem("CERTIFICATE", own.chain().getFirst().getEncoded()));
        // PKCS #8 of EC: SEQUENCE { version, algorithm, OCTET STRING { the SEC 1 key } }.
        byte[] pkcs8 = own.key().getEncoded();
        int sec1 = indexOfSec1(pkcs8);
        Path key = write("key.pem", pem("EC PRIVATE KEY", Arrays.copyOfRange(pkcs8, sec1, pkcs8.length)));
        assertEquals(own.key(), PemFiles.read(certificate, key).key());
    }

    /** The SEC 1 key is a SEQUENCE that begins with version 1 and 32 octets. */
    private static int indexOfSec1(byte[] pkcs8) {
        for (int i = 0; i + 6 < pkcs8.length; i++) {
            if (pkcs8[i] == 0x30 && pkcs8[i + 2] == 2 && pkcs8[i + 3] == 1 && pkcs8[i + 4] == 1 && pkcs8[i + 5] == 4) {
                return i;
            }
        }
        throw new AssertionError("no SEC 1 key");
    }

    @Test
    void shouldSayWhatIsWrongWithTheFiles() throws Exception {
        TlsIdentity own = identity();
        Path certificate =
                write("cert.pem", pem("CERTIFICATE", own.chain().getFirst().getEncoded()));
        Path key = write("key.pem", pem("PRIVATE KEY", own.key().getEncoded()));
        assertMessage(write("empty.pem", ""), key, "expected a block BEGIN CERTIFICATE");
        assertMessage(certificate, write("empty2.pem", ""), "expected a block BEGIN PRIVATE KEY");
        assertMessage(write("bad.pem", pem("CERTIFICATE", new byte[10])), key, "is not an X.509 certificate");
        assertMessage(certificate, write("bad2.pem", pem("PRIVATE KEY", new byte[10])), "expected the EC key");
        assertMessage(
                certificate, write("locked.pem", pem("ENCRYPTED PRIVATE KEY", new byte[10])), "without a passphrase");
        assertMessage(
                certificate,
                write("other.pem", pem("PRIVATE KEY", identity().key().getEncoded())),
                "does not belong");
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        assertMessage(
                certificate,
                write(
                        "rsa.pem",
                        pem("PRIVATE KEY", rsa.generateKeyPair().getPrivate().getEncoded())),
                "expected the EC key");
        assertMessage(certificate, folder.resolve("none.pem"), "cannot be read");
    }

    private static void assertMessage(Path certificate, Path key, String expected) {
        TlsException e = assertThrows(TlsException.class, () -> PemFiles.read(certificate, key));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    @Test
    void shouldWriteLongDerLengths() {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(new byte[] {4, (byte) 0x82, 1, 0});
        expected.writeBytes(new byte[256]);
        assertTrue(Arrays.equals(expected.toByteArray(), Der.octets(new byte[256])));
        assertEquals(3 + 200, Der.octets(new byte[200]).length);
    }
}
