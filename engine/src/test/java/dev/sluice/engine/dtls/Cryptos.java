package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.util.Set;

/** What may compute for the server, for parameterized tests; without libcrypto its tests are skipped. */
enum Cryptos {
    LIBCRYPTO,
    BOUNCY_CASTLE;

    CryptoFactory factory(DtlsCertificate certificate) {
        SecureRandom random = new SecureRandom();
        if (this == BOUNCY_CASTLE) {
            return CryptoFactory.bouncyCastle(random, "a test");
        }
        try {
            return CryptoFactory.openssl(certificate, random);
        } catch (LibraryUnavailableException e) {
            return abort(e.getMessage());
        }
    }

    DtlsServer server(Set<SrtpProfile> profiles, int maxHandshakes) {
        return new DtlsServer(
                DtlsTesting.CERTIFICATE, factory(DtlsTesting.CERTIFICATE), profiles, maxHandshakes, () -> {});
    }
}
