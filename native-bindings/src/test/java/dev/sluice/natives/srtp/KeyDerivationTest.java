package dev.sluice.natives.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.natives.crypto.JdkBackend;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyDerivationTest {

    /** RFC 3711 appendix B.3. */
    @Test
    void shouldGiveTheSessionKeysOfTheRfc() {
        byte[] key = TestProviders.bytes("e1f97a0d3e018be0d64fa32c06de4139");
        byte[] salt = TestProviders.bytes("0ec675ad498afeebb6960b3aabe6");
        try (KeyDerivation keys = new KeyDerivation(new JdkBackend(), key, salt)) {
            assertEquals("c61e7a93744f39ee10734afe3ff7a087", hex(keys, KeyDerivation.RTP_KEY, 16));
            assertEquals("30cbbc08863d8c85d49db34a9ae1", hex(keys, KeyDerivation.RTP_SALT, 14));
            assertEquals("cebe321f6ff7716b6fd4ab49af256a156d38baa4", hex(keys, KeyDerivation.RTP_AUTHENTICATION, 20));
        }
    }

    private static String hex(KeyDerivation keys, int label, int lengthBytes) {
        return keys.derive(label, lengthBytes, HexFormat.of()::formatHex);
    }
}
