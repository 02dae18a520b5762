package dev.sluice.natives.srtp;

import dev.sluice.natives.crypto.AesCtr;
import dev.sluice.natives.crypto.AesGcm;
import dev.sluice.natives.crypto.CryptoBackend;
import dev.sluice.natives.crypto.HmacSha1;
import dev.sluice.natives.crypto.JdkBackend;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A backend whose key derivation gives fixed session keys, for the vectors of RFC 7714, which begin there. Its master
 * salt is zero: then the counter's high word is the label.
 */
record SessionKeys(byte[] key, byte[] salt) implements CryptoBackend {
    private static final CryptoBackend REAL = new JdkBackend();

    @Override
    public String description() {
        return "fixed session keys";
    }

    @Override
    public AesGcm aesGcm(byte[] sessionKey, boolean encrypt) {
        return REAL.aesGcm(sessionKey, encrypt);
    }

    @Override
    public HmacSha1 hmacSha1(byte[] sessionKey) {
        return REAL.hmacSha1(sessionKey);
    }

    @Override
    public AesCtr aesCtr(byte[] masterKey) {
        return new AesCtr() {
            @Override
            public boolean xor(long counterHigh, long counterLow, MemorySegment data, long offset, int lengthBytes) {
                boolean isSalt = counterHigh == KeyDerivation.RTP_SALT || counterHigh == KeyDerivation.RTCP_SALT;
                MemorySegment.copy(isSalt ? salt : key, 0, data, ValueLayout.JAVA_BYTE, offset, lengthBytes);
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
