package dev.sluice.natives.crypto;

import dev.sluice.natives.LibraryUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Public-key operations over OpenSSL's libcrypto: what a handshake spends its time on. Safe for many threads; what it
 * makes says its own rule.
 *
 * <p>What bytes of the remote can cause is a return value or an InvalidKeyException; any other failure an
 * IllegalStateException with OpenSSL's reason. Nothing is left in OpenSSL's error queue, which is the carrier thread's.
 */
public final class OpensslKeys {
    /** P-256 digests are cut to this (FIPS 186-5 section 6.4). */
    private static final int MAX_DIGEST_LENGTH_BYTES = 64;

    /** Null when it cannot be used; {@link #load} then says why, and nothing else that uses it is reached. */
    static final LibcryptoKeys LIB;

    private static final String FAILURE;

    static {
        LibcryptoKeys found = null;
        String failure = "";
        try {
            OpensslBackend.load();
            found = LibcryptoKeys.load(OpensslBackend.LIB.library());
        } catch (LibraryUnavailableException e) {
            failure = e.getMessage();
        }
        LIB = found;
        FAILURE = failure;
    }

    /** Groups that agree on a secret; each public value has one length. */
    public enum Group {
        /** NIST P-256, points uncompressed (RFC 8422 section 5.4.1). */
        P256(65),
        /** RFC 7748. */
        X25519(32);

        final int publicLengthBytes;

        Group(int publicLengthBytes) {
            this.publicLengthBytes = publicLengthBytes;
        }
    }

    private OpensslKeys() {}

    public static OpensslKeys load() throws LibraryUnavailableException {
        if (LIB == null) {
            throw new LibraryUnavailableException(FAILURE);
        }
        return new OpensslKeys();
    }

    /** A new key pair for one agreement. */
    public OpensslAgreement newAgreement(Group group) {
        return new OpensslAgreement(group);
    }

    /** @param privateKey ECDSA, as DER of PKCS #8 */
    public OpensslSigner newSigner(byte[] privateKey) {
        return new OpensslSigner(privateKey);
    }

    /**
     * Whether an ECDSA signature with a key on P-256 is right (FIPS 186-5 section 6.4.2).
     *
     * @param point the public key as SEC 1 encodes a point
     * @param signature as DER of r and s
     * @return false also when the point is none or the signature cannot be read
     */
    public boolean verifyP256(byte[] point, byte[] digest, byte[] signature) {
        if (digest.length > MAX_DIGEST_LENGTH_BYTES) {
            throw new IllegalArgumentException("a digest of " + digest.length + " bytes");
        }
        try (OpensslKey key = OpensslKey.ofP256Point(point)) {
            if (key == null) {
                return false;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment digestCopy = arena.allocateFrom(ValueLayout.JAVA_BYTE, digest);
                MemorySegment signatureCopy = arena.allocateFrom(ValueLayout.JAVA_BYTE, signature);
                return key.verify(digestCopy, signatureCopy);
            }
        }
    }
}
