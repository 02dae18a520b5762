package dev.sluice.natives.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;

/** HMAC-SHA1 over {@code javax.crypto}. Confined to one thread. */
final class JdkHmacSha1 implements HmacSha1 {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int DIGEST_LENGTH_BYTES = 20;

    private final Mac mac = Mac.getInstance("HmacSHA1");
    private final WipeableKey key;
    private final byte[] digest = new byte[DIGEST_LENGTH_BYTES];
    private byte[] scratch = new byte[2048];

    JdkHmacSha1(byte[] key) throws GeneralSecurityException {
        this.key = new WipeableKey("HmacSHA1", key);
        mac.init(this.key);
    }

    @Override
    public void compute(MemorySegment data, long offset, int lengthBytes) {
        if (scratch.length < lengthBytes) {
            scratch = new byte[lengthBytes];
        }
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, scratch, 0, lengthBytes);
        mac.update(scratch, 0, lengthBytes);
        try {
            mac.doFinal(digest, 0);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e); // only for an output array that is too short
        }
    }

    @Override
    public long first64() {
        return (long) LONG.get(digest, 0);
    }

    @Override
    public int next32() {
        return (int) INT.get(digest, Long.BYTES);
    }

    @Override
    public void close() {
        key.destroy();
        Arrays.fill(scratch, (byte) 0);
        try {
            mac.init(key); // so that the pads of the old key are overwritten
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
