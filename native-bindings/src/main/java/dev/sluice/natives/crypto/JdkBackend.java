package dev.sluice.natives.crypto;

import java.security.GeneralSecurityException;

/** Primitives over the JDK's own crypto, always present. Safe for many threads. */
public final class JdkBackend implements CryptoBackend {

    @Override
    public String description() {
        return "JDK " + Runtime.version().feature();
    }

    @Override
    public AesGcm aesGcm(byte[] key, boolean encrypt) {
        try {
            return new JdkAesGcm(key, encrypt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's crypto refuses AES-GCM", e);
        }
    }

    @Override
    public AesCtr aesCtr(byte[] key) {
        try {
            return new JdkAesCtr(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's crypto refuses AES", e);
        }
    }

    @Override
    public HmacSha1 hmacSha1(byte[] key) {
        try {
            return new JdkHmacSha1(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's crypto refuses HMAC-SHA1", e);
        }
    }
}
