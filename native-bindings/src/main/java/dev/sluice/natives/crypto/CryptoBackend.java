package dev.sluice.natives.crypto;

/** A maker of primitives over one crypto library; keys are copied. Safe for many threads; what it makes is not. */
public interface CryptoBackend {

    /** Library and version. */
    String description();

    /** @param key 16 or 32 bytes */
    AesGcm aesGcm(byte[] key, boolean encrypt);

    /** @param key 16 or 32 bytes */
    AesCtr aesCtr(byte[] key);

    /** @param key at most 64 bytes */
    HmacSha1 hmacSha1(byte[] key);
}
