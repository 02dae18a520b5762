package dev.sluice.natives.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * AES-CTR over {@code javax.crypto}: counter blocks written here, encrypted in one call in ECB mode, then xored onto
 * the data. The JDK's own CTR mode wants a parameter object for each IV; this allocates nothing. Confined to one
 * thread.
 */
final class JdkAesCtr implements AesCtr {
    private static final VarHandle BIG_ENDIAN_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle ARRAY_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int BLOCK_LENGTH_BYTES = 16;

    private final Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    private final WipeableKey key;
    private byte[] counters = new byte[2048];
    /** Not the same array: in place, the JDK's ECB copies its input. */
    private byte[] keystream = new byte[2048];

    JdkAesCtr(byte[] key) throws GeneralSecurityException {
        this.key = new WipeableKey("AES", key);
        cipher.init(Cipher.ENCRYPT_MODE, this.key);
    }

    @Override
    public boolean xor(long counterHigh, long counterLow, MemorySegment data, long offset, int lengthBytes) {
        int streamLengthBytes = (lengthBytes + BLOCK_LENGTH_BYTES - 1) & -BLOCK_LENGTH_BYTES;
        if (keystream.length < streamLengthBytes) {
            counters = new byte[streamLengthBytes];
            keystream = new byte[streamLengthBytes];
        }
        long high = counterHigh;
        long low = counterLow;
        for (int i = 0; i < streamLengthBytes; i += BLOCK_LENGTH_BYTES) {
            BIG_ENDIAN_LONG.set(counters, i, high);
            BIG_ENDIAN_LONG.set(counters, i + Long.BYTES, low);
            if (++low == 0) {
                high++;
            }
        }
        try {
            cipher.update(counters, 0, streamLengthBytes, keystream, 0);
        } catch (GeneralSecurityException e) {
            return false;
        }
        int i = 0;
        for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
            data.set(LONG, offset + i, data.get(LONG, offset + i) ^ (long) ARRAY_LONG.get(keystream, i));
        }
        for (; i < lengthBytes; i++) {
            byte clear = data.get(ValueLayout.JAVA_BYTE, offset + i);
            data.set(ValueLayout.JAVA_BYTE, offset + i, (byte) (clear ^ keystream[i]));
        }
        return true;
    }

    @Override
    public void close() {
        key.destroy();
        Arrays.fill(keystream, (byte) 0);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key); // so that the cipher drops its key schedule
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
