package dev.sluice.natives.crypto;

import static dev.sluice.natives.crypto.OpensslBackend.LIB;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * An EVP cipher context: the key is set once, each message sets an IV. Confined to one thread.
 *
 * <p>Scratch memory: {@code | IV, 16 bytes | length of the output, an int |}.
 */
final class OpensslCipher implements AutoCloseable {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int LENGTH_OFFSET = 16;
    private static final int KEEP_DIRECTION = -1;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment iv;
    private final long ivAddress;
    private final long lengthAddress;
    private long context;

    /** @param cipher gives the EVP_CIPHER */
    OpensslCipher(MethodHandle cipher, byte[] key, boolean encrypt) {
        iv = arena.allocate(LENGTH_OFFSET + Integer.BYTES, Long.BYTES);
        ivAddress = iv.address();
        lengthAddress = ivAddress + LENGTH_OFFSET;
        try (Arena setUp = Arena.ofConfined()) {
            MemorySegment keyCopy = setUp.allocateFrom(ValueLayout.JAVA_BYTE, key);
            context = (long) LIB.cipherContextNew().invokeExact();
            int done = context == 0
                    ? 0
                    : (int) LIB.cipherSetUp()
                            .invokeExact(
                                    context, (long) cipher.invokeExact(), keyCopy.address(), 0L, encrypt ? 1 : 0, 0L);
            keyCopy.fill((byte) 0);
            if (done != 1) {
                close();
                throw new IllegalStateException(LIB.version() + " refuses the cipher");
            }
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Memory that lives as long as the context. */
    MemorySegment allocate(long lengthBytes) {
        return arena.allocate(lengthBytes, Long.BYTES);
    }

    boolean start(int ivHigh, long ivLow) {
        iv.set(INT, 0, ivHigh);
        iv.set(LONG, Integer.BYTES, ivLow);
        return start();
    }

    boolean start(long ivHigh, long ivLow) {
        iv.set(LONG, 0, ivHigh);
        iv.set(LONG, Long.BYTES, ivLow);
        return start();
    }

    private boolean start() {
        try {
            return (int) LIB.cipherInit().invokeExact(context, 0L, 0L, ivAddress, KEEP_DIRECTION, 0L) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** @param to 0 for bytes that are only authenticated */
    boolean update(long to, long from, int lengthBytes) {
        try {
            return (int) LIB.cipherUpdate().invokeExact(context, to, lengthAddress, from, lengthBytes) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Ends an AEAD message; when decrypting, false means that the tag does not match. */
    boolean finish() {
        try {
            // GCM writes no byte here; the scratch IV is just a pointer that is not null.
            return (int) LIB.cipherFinal().invokeExact(context, ivAddress, lengthAddress) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** @param params an OSSL_PARAM array, ready for the library to fill in */
    boolean params(long params) {
        try {
            return (int) LIB.cipherGetParams().invokeExact(context, params) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    boolean control(int command, int argument, long address) {
        try {
            return (int) LIB.cipherControl().invokeExact(context, command, argument, address) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** OpenSSL wipes the key schedule as it frees it. */
    @Override
    public void close() {
        try {
            LIB.cipherContextFree().invokeExact(context);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        context = 0;
        arena.close();
    }
}
