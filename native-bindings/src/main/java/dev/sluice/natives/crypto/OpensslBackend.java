package dev.sluice.natives.crypto;

import dev.sluice.natives.LibraryUnavailableException;
import java.util.ArrayList;
import java.util.List;

/** Primitives over OpenSSL's libcrypto, found at run time, through Panama. Safe for many threads. */
public final class OpensslBackend implements CryptoBackend {
    /** Newest first: a newer one brings faster code, such as VAES GCM from 3.3 on, by itself. */
    private static final List<String> FILE_NAMES = List.of("libcrypto.so.4", "libcrypto.so.3");

    /** Null when none can be used; {@link #load} then says why, and nothing else of this package is reached. */
    static final Libcrypto LIB;

    private static final String FAILURE;

    static {
        Libcrypto found = null;
        List<String> failures = new ArrayList<>();
        for (String fileName : FILE_NAMES) {
            try {
                found = Libcrypto.load(fileName);
                break;
            } catch (LibraryUnavailableException e) {
                failures.add(e.getMessage());
            }
        }
        LIB = found;
        FAILURE = String.join(", ", failures);
    }

    private OpensslBackend() {}

    public static OpensslBackend load() throws LibraryUnavailableException {
        if (LIB == null) {
            throw new LibraryUnavailableException(FAILURE);
        }
        return new OpensslBackend();
    }

    @Override
    public String description() {
        return LIB.version();
    }

    @Override
    public AesGcm aesGcm(byte[] key, boolean encrypt) {
        return new OpensslAesGcm(key, encrypt);
    }

    @Override
    public AesCtr aesCtr(byte[] key) {
        return new OpensslAesCtr(key);
    }

    @Override
    public HmacSha1 hmacSha1(byte[] key) {
        return new OpensslHmacSha1(key);
    }
}
