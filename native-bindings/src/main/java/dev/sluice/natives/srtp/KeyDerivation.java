package dev.sluice.natives.srtp;

import dev.sluice.natives.crypto.AesCtr;
import dev.sluice.natives.crypto.CryptoBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Session keys and salts from a master key and salt, with a key derivation rate of 0 (RFC 3711 section 4.3; RFC 7714
 * section 11: a 96-bit salt is followed by 16 zero bits). Confined to one thread.
 */
final class KeyDerivation implements AutoCloseable {
    static final int RTP_KEY = 0;
    static final int RTP_AUTHENTICATION = 1;
    static final int RTP_SALT = 2;
    static final int RTCP_KEY = 3;
    static final int RTCP_AUTHENTICATION = 4;
    static final int RTCP_SALT = 5;

    private final AesCtr keystream;
    private final long saltHigh;
    private final long saltLow;

    KeyDerivation(CryptoBackend crypto, byte[] masterKey, byte[] masterSalt) {
        ByteBuffer salt = ByteBuffer.wrap(Arrays.copyOf(masterSalt, 2 * Long.BYTES));
        saltHigh = salt.getLong();
        saltLow = salt.getLong();
        keystream = crypto.aesCtr(masterKey);
    }

    /**
     * What {@code use} makes of the first bytes of the keystream whose counter is (salt xor label · 2^48) · 2^16; the
     * bytes are wiped then.
     */
    <T> T derive(int label, int lengthBytes, Function<byte[], T> use) {
        byte[] derived = new byte[lengthBytes];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(lengthBytes);
            if (!keystream.xor(saltHigh ^ label, saltLow, bytes, 0, lengthBytes)) {
                throw new IllegalStateException("the crypto library fails at AES-CTR");
            }
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, derived, 0, lengthBytes);
            bytes.fill((byte) 0);
            return use.apply(derived);
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    @Override
    public void close() {
        keystream.close();
    }
}
