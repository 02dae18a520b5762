package dev.sluice.engine.dtls;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.crypto.OpensslBackend;
import dev.sluice.natives.crypto.OpensslKeys;
import dev.sluice.natives.crypto.OpensslSigner;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** Makes the crypto of each connection, by libcrypto where it can be had. Safe for many threads. */
final class CryptoFactory {
    private final String description;
    private final Supplier<HandshakeCrypto> maker;

    private CryptoFactory(String description, Supplier<HandshakeCrypto> maker) {
        this.description = description;
        this.maker = maker;
    }

    /** @param certificate whose key signs */
    static CryptoFactory best(DtlsCertificate certificate, SecureRandom random) {
        try {
            return openssl(certificate, random);
        } catch (LibraryUnavailableException e) {
            return bouncyCastle(random, e.getMessage());
        }
    }

    static CryptoFactory openssl(DtlsCertificate certificate, SecureRandom random) throws LibraryUnavailableException {
        OpensslKeys keys = OpensslKeys.load();
        OpensslBackend backend = OpensslBackend.load();
        OpensslSigner signer = certificate.signer(keys);
        return new CryptoFactory(backend.description(), () -> new OpensslCrypto(random, backend, keys, signer));
    }

    /** @param reason why not libcrypto */
    static CryptoFactory bouncyCastle(SecureRandom random, String reason) {
        return new CryptoFactory("Bouncy Castle (" + reason + ")", () -> new HandshakeCrypto(random));
    }

    /** For the log. */
    String description() {
        return description;
    }

    HandshakeCrypto open() {
        return maker.get();
    }
}
