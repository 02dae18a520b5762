package dev.sluice.natives.crypto;

import static dev.sluice.natives.crypto.OpensslKeys.LIB;

import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An EVP_PKEY and the calls on it. Confined to one thread at a time; private keys are wiped by OpenSSL as it frees them. */
final class OpensslKey implements AutoCloseable {
    private static final int EVP_PKEY_EC = 408;
    private static final int EVP_PKEY_X25519 = 1034;
    private static final int NID_P256 = 415;
    private static final int UNCOMPRESSED_P256_BYTES = 65;
    private static final int COMPRESSED_P256_BYTES = 33;
    private static final int MAX_ERROR_TEXT_BYTES = 256;

    /** Lends its curve to all other keys on it, for the whole process: copying a curve costs less than making it anew. */
    private static final OpensslKey P256 = generateTemplate();
    /** A C string, for the whole process. */
    private static final long ENCODED_PUBLIC_KEY =
            Arena.global().allocateFrom("encoded-pub-key").address();

    private long key;

    private OpensslKey(long key) {
        this.key = key;
    }

    private static OpensslKey generateTemplate() {
        return generate(newContext(EVP_PKEY_EC), NID_P256);
    }

    static OpensslKey generateP256() {
        return generate(newContext(P256.key), 0);
    }

    static OpensslKey generateX25519() {
        return generate(newContext(EVP_PKEY_X25519), 0);
    }

    private static OpensslKey generate(long context, int curve) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
            check((int) LIB.keygenInit().invokeExact(context));
            if (curve != 0) {
                check((int) LIB.keygenCurve().invokeExact(context, curve));
            }
            check((int) LIB.keygen().invokeExact(context, made.address()));
            return new OpensslKey(made.get(ValueLayout.JAVA_LONG, 0));
        } catch (Throwable e) {
            throw unchecked(e);
        } finally {
            free(context);
        }
    }

    /** @param der PKCS #8 */
    static OpensslKey ofPrivateKey(byte[] der) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, der);
            // d2i moves the pointer that it reads by.
            MemorySegment pointer = arena.allocateFrom(ValueLayout.JAVA_LONG, copy.address());
            long key = (long) LIB.privateKeyFromDer().invokeExact(0L, pointer.address(), copy.byteSize());
            copy.fill((byte) 0);
            return new OpensslKey(checkAddress(key));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Null when it is no point of the curve. The point at infinity, a single byte, is none either. */
    static OpensslKey ofP256Point(byte[] point) {
        if (point.length != UNCOMPRESSED_P256_BYTES && point.length != COMPRESSED_P256_BYTES) {
            return null;
        }
        OpensslKey made = null;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, point);
            made = new OpensslKey(checkAddress((long) LIB.keyNew().invokeExact()));
            check((int) LIB.keyCopyParameters().invokeExact(made.key, P256.key));
            // Checks that the point is on the curve; P-256 has no other subgroup that it could be in.
            int set = (int) LIB.keySetEncodedPublic().invokeExact(made.key, copy.address(), copy.byteSize());
            if (set == 1) {
                return made;
            }
            made.close();
            clearErrors();
            return null;
        } catch (Throwable e) {
            if (made != null) {
                made.close();
            }
            throw unchecked(e);
        }
    }

    /** Any 32 bytes are a key. */
    static OpensslKey ofX25519(byte[] encoded) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, encoded);
            long key = (long) LIB.rawPublicKey().invokeExact(EVP_PKEY_X25519, 0L, copy.address(), copy.byteSize());
            return new OpensslKey(checkAddress(key));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    byte[] encodedPublic(int lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(lengthBytes);
            MemorySegment length = arena.allocate(ValueLayout.JAVA_LONG);
            check((int) LIB.keyOctets()
                    .invokeExact(key, ENCODED_PUBLIC_KEY, to.address(), to.byteSize(), length.address()));
            return to.toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** The shared secret; null when the peer's value gives none (X25519's small orders). */
    byte[] derive(OpensslKey peer, int lengthBytes) {
        long context = newContext(key);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(lengthBytes);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_LONG, lengthBytes);
            check((int) LIB.deriveInit().invokeExact(context));
            // Without validation: that would multiply by the group's order again; what it finds is checked already.
            check((int) LIB.deriveSetPeer().invokeExact(context, peer.key, 0));
            if ((int) LIB.derive().invokeExact(context, to.address(), length.address()) != 1) {
                clearErrors();
                return null;
            }
            byte[] secret = to.toArray(ValueLayout.JAVA_BYTE);
            to.fill((byte) 0);
            return secret;
        } catch (Throwable e) {
            throw unchecked(e);
        } finally {
            free(context);
        }
    }

    byte[] sign(byte[] digest, int maxLengthBytes) {
        long context = newContext(key);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_BYTE, digest);
            MemorySegment to = arena.allocate(maxLengthBytes);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_LONG, maxLengthBytes);
            check((int) LIB.signInit().invokeExact(context));
            check((int)
                    LIB.sign().invokeExact(context, to.address(), length.address(), from.address(), from.byteSize()));
            return to.asSlice(0, length.get(ValueLayout.JAVA_LONG, 0)).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable e) {
            throw unchecked(e);
        } finally {
            free(context);
        }
    }

    boolean verify(MemorySegment digest, MemorySegment signature) {
        long context = newContext(key);
        try {
            check((int) LIB.verifyInit().invokeExact(context));
            boolean right = (int) LIB.verify()
                            .invokeExact(
                                    context,
                                    signature.address(),
                                    signature.byteSize(),
                                    digest.address(),
                                    digest.byteSize())
                    == 1;
            if (!right) {
                clearErrors();
            }
            return right;
        } catch (Throwable e) {
            throw unchecked(e);
        } finally {
            free(context);
        }
    }

    private static long newContext(long key) {
        try {
            return checkAddress((long) LIB.contextOfKey().invokeExact(key, 0L));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static long newContext(int keyType) {
        try {
            return checkAddress((long) LIB.contextOfId().invokeExact(keyType, 0L));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static void free(long context) {
        try {
            LIB.contextFree().invokeExact(context);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static void check(int result) throws Throwable {
        if (result != 1) {
            throw new IllegalStateException(lastError());
        }
    }

    private static long checkAddress(long address) throws Throwable {
        check(address == 0 ? 0 : 1);
        return address;
    }

    private static String lastError() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(MAX_ERROR_TEXT_BYTES);
            long code = (long) LIB.errorLast().invokeExact();
            LIB.errorText().invokeExact(code, text.address(), text.byteSize());
            clearErrors();
            return "libcrypto: " + PanamaLibrary.string(text.address());
        }
    }

    private static void clearErrors() throws Throwable {
        LIB.errorClear().invokeExact();
    }

    private static RuntimeException unchecked(Throwable e) {
        if (e instanceof RuntimeException known) {
            return known;
        }
        throw e instanceof Error error ? error : new AssertionError(e);
    }

    /** Idempotent. */
    @Override
    public void close() {
        try {
            LIB.keyFree().invokeExact(key); // Of 0 it does nothing.
        } catch (Throwable e) {
            throw unchecked(e);
        }
        key = 0;
    }
}
