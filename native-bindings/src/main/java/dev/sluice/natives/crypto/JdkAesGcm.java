package dev.sluice.natives.crypto;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-GCM over {@code javax.crypto}, through a heap array: with direct buffers the JDK is slower. Allocates some
 * hundred bytes a message, as the JDK wants a parameter object for each IV. Confined to one thread.
 */
final class JdkAesGcm implements AesGcm {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int IV_LENGTH_BYTES = 12;

    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final WipeableKey key;
    private final int mode;
    private final byte[] iv = new byte[IV_LENGTH_BYTES];
    private byte[] input = new byte[2048];
    /** Not the same array: in place, the JDK copies once more. */
    private byte[] output = new byte[2048];

    JdkAesGcm(byte[] key, boolean encrypt) throws GeneralSecurityException {
        this.key = new WipeableKey("AES", key);
        mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
    }

    @Override
    public boolean start(int ivHigh, long ivLow) {
        INT.set(iv, 0, ivHigh);
        LONG.set(iv, Integer.BYTES, ivLow);
        return start();
    }

    private boolean start() {
        try {
            cipher.init(mode, key, new GCMParameterSpec(Byte.SIZE * TAG_LENGTH_BYTES, iv));
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public boolean authenticate(MemorySegment data, long offset, int lengthBytes) {
        reserve(lengthBytes);
        MemorySegment.copy(data, JAVA_BYTE, offset, input, 0, lengthBytes);
        cipher.updateAAD(input, 0, lengthBytes);
        return true;
    }

    @Override
    public boolean seal(MemorySegment data, long offset, int lengthBytes) {
        return transform(data, offset, lengthBytes, lengthBytes + TAG_LENGTH_BYTES);
    }

    @Override
    public boolean open(MemorySegment data, long offset, int lengthBytes) {
        return transform(data, offset, lengthBytes + TAG_LENGTH_BYTES, lengthBytes);
    }

    private boolean transform(MemorySegment data, long offset, int inLengthBytes, int outLengthBytes) {
        reserve(Math.max(inLengthBytes, outLengthBytes));
        MemorySegment.copy(data, JAVA_BYTE, offset, input, 0, inLengthBytes);
        try {
            cipher.doFinal(input, 0, inLengthBytes, output, 0);
        } catch (GeneralSecurityException e) {
            return false;
        }
        MemorySegment.copy(output, 0, data, JAVA_BYTE, offset, outLengthBytes);
        return true;
    }

    private void reserve(int lengthBytes) {
        if (input.length < lengthBytes) {
            input = new byte[lengthBytes];
            output = new byte[lengthBytes];
        }
    }

    @Override
    public void close() {
        key.destroy();
        Arrays.fill(iv, (byte) 0xff);
        start(); // so that the cipher drops its key schedule
        Arrays.fill(input, (byte) 0);
        Arrays.fill(output, (byte) 0);
    }
}
