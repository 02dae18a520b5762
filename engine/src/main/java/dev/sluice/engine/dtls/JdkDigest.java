package dev.sluice.engine.dtls;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.ExtendedDigest;

/**
 * SHA-256, -384 or -512 for Bouncy Castle by the JDK, whose code uses the processor's SHA instructions: a handshake hashes
 * some 15 KB, 55 µs of CPU with Bouncy Castle's own. libcrypto would take as long as the JDK, and native memory that
 * Bouncy Castle gives no occasion to free. Confined to one thread at a time.
 */
final class JdkDigest implements ExtendedDigest {
    private final MessageDigest digest;

    /** @param algorithm by the JDK's name */
    JdkDigest(String algorithm) {
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy of all that was hashed so far. */
    JdkDigest(JdkDigest other) {
        try {
            digest = (MessageDigest) other.digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String getAlgorithmName() {
        return digest.getAlgorithm();
    }

    @Override
    public int getDigestSize() {
        return digest.getDigestLength();
    }

    /** Of a block: FIPS 180-4 figure 1. */
    @Override
    public int getByteLength() {
        return digest.getDigestLength() == 32 ? 64 : 128;
    }

    @Override
    public void update(byte in) {
        digest.update(in);
    }

    @Override
    public void update(byte[] in, int offset, int lengthBytes) {
        digest.update(in, offset, lengthBytes);
    }

    @Override
    public int doFinal(byte[] out, int offset) {
        try {
            return digest.digest(out, offset, getDigestSize());
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void reset() {
        digest.reset();
    }
}
