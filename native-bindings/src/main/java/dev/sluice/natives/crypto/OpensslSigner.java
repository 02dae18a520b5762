package dev.sluice.natives.crypto;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;

/**
 * A private key that signs with ECDSA as long as the process wants; wiped some time after nobody has it any more. Safe for
 * many threads.
 */
public final class OpensslSigner {
    /** Of a P-521 signature; one of P-256 has up to 72. */
    private static final int MAX_SIGNATURE_LENGTH_BYTES = 139;

    private static final Cleaner CLEANER = Cleaner.create();

    private final OpensslKey key;

    OpensslSigner(byte[] privateKey) {
        OpensslKey made = OpensslKey.ofPrivateKey(privateKey);
        key = made;
        CLEANER.register(this, made::close);
    }

    /** The signature of a digest, as DER of r and s. */
    public byte[] sign(byte[] digest) {
        try {
            return key.sign(digest, MAX_SIGNATURE_LENGTH_BYTES);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
