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
 * <p>Scratch memory, by addresses and not by a segment, whose checks read three cache lines more for each packet:
 *
 * <pre>| IV, 16 bytes | length of the output, an int | padding, 4 bytes | what the cipher itself keeps |</pre>
 */
abstract sealed class OpensslCipher implements AutoCloseable permits OpensslAesCtr, OpensslAesGcm {
    /** All memory: an address is its offset. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int LENGTH_OFFSET = 16;
    private static final int OWN_OFFSET = 24;
    private static final int CACHE_LINE_BYTES = 64;
    private static final int KEEP_DIRECTION = -1;

    private final Arena arena = Arena.ofConfined();
    private final long scratch;
    private long context;

    /**
     * Opens the context.
     *
     * @param cipher gives the EVP_CIPHER
     * @param ownBytes of scratch memory that the cipher itself needs
     * @throws IllegalStateException when the library refuses
     */
    OpensslCipher(MethodHandle cipher, byte[] key, boolean encrypt, int ownBytes) {
        scratch = arena.allocate(OWN_OFFSET + ownBytes, CACHE_LINE_BYTES).address();
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
                free();
                throw new IllegalStateException(LIB.version() + " refuses the cipher");
            }
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Address of the scratch memory that the cipher asked for. */
    final long own() {
        return scratch + OWN_OFFSET;
    }

    public final boolean start(int ivHigh, long ivLow) {
        requireOpen();
        MEMORY.set(INT, scratch, ivHigh);
        MEMORY.set(LONG, scratch + Integer.BYTES, ivLow);
        return start();
    }

    final boolean start(long ivHigh, long ivLow) {
        requireOpen();
        MEMORY.set(LONG, scratch, ivHigh);
        MEMORY.set(LONG, scratch + Long.BYTES, ivLow);
        return start();
    }

    private void requireOpen() {
        if (context == 0) {
            throw new IllegalStateException("the cipher is closed");
        }
    }

    private boolean start() {
        try {
            return (int) LIB.cipherInit().invokeExact(context, 0L, 0L, scratch, KEEP_DIRECTION, 0L) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** @param to 0 for bytes that are only authenticated */
    final boolean update(long to, long from, int lengthBytes) {
        try {
            return (int) LIB.cipherUpdate().invokeExact(context, to, scratch + LENGTH_OFFSET, from, lengthBytes) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Ends an AEAD message; when decrypting, false means that the tag does not match. */
    final boolean finish() {
        try {
            // GCM writes no byte here; the scratch IV is just a pointer that is not null.
            return (int) LIB.cipherFinal().invokeExact(context, scratch, scratch + LENGTH_OFFSET) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** @param params an OSSL_PARAM array, ready for the library to fill in */
    final boolean params(long params) {
        try {
            return (int) LIB.cipherGetParams().invokeExact(context, params) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    final boolean control(int command, int argument, long address) {
        try {
            return (int) LIB.cipherControl().invokeExact(context, command, argument, address) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Idempotent. OpenSSL wipes the key schedule as it frees it. */
    @Override
    public final void close() {
        if (context != 0) {
            free();
        }
    }

    private void free() {
        try {
            LIB.cipherContextFree().invokeExact(context);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        context = 0;
        arena.close();
    }
}
