package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
    private static final byte[] CERTIFICATE = "abc".getBytes(StandardCharsets.US_ASCII);
    /** FIPS 180-4's example. */
    private static final String OF_ABC = "sha-256 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:"
            + "B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

    @Test
    void shouldWriteTheFormOfSdpWhenMadeFromACertificate() {
        assertEquals(OF_ABC, Fingerprint.of("sha-256", CERTIFICATE).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256", "sha-384", "sha-512"})
    void shouldReadBackWhenWrittenInAnyCase(String algorithm) {
        Fingerprint fingerprint = Fingerprint.of(algorithm, CERTIFICATE);
        assertEquals(fingerprint, Fingerprint.parse(fingerprint.toString()));
        assertEquals(fingerprint, Fingerprint.parse(" " + fingerprint.toString().toLowerCase(java.util.Locale.ROOT)));
        assertEquals(
                fingerprint.hashCode(),
                Fingerprint.parse(fingerprint.toString().replace("sha", "SHA")).hashCode());
        assertTrue(fingerprint.matches(CERTIFICATE));
        assertFalse(fingerprint.matches(new byte[3]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha-256",
                "sha-256 AA:BB",
                "sha-256 ",
                "sha-256 no:hex",
                "sha-1 A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D",
                "md5 90:01:50:98:3C:D2:4F:B0:D6:96:3F:7D:28:E1:7F:72",
                "sha-256 BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
            })
    void shouldRefuseWhenItIsNoneOrWeak(String value) {
        assertThrows(IllegalArgumentException.class, () -> Fingerprint.parse(value));
    }

    @Test
    void shouldDifferWhenCertificatesAreGenerated() {
        SecureRandom random = new SecureRandom();
        assertNotEquals(
                DtlsCertificate.generate(random).fingerprint(),
                DtlsCertificate.generate(random).fingerprint());
    }
}
