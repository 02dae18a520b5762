package dev.sluice.engine.dtls;

import dev.sluice.natives.crypto.CryptoBackend;
import dev.sluice.natives.crypto.JdkBackend;
import java.security.SecureRandom;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.gcm.BasicGCMMultiplier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsECDSASigner;

/**
 * One connection's crypto by Bouncy Castle, the hashes by the JDK; {@link OpensslCrypto} overrides the heavy rest. AES-GCM goes
 * without the multiplication tables, which are 18 of the 31 KB that a connected peer would keep for a few short records.
 * Confined to one thread at a time.
 */
class HandshakeCrypto extends BcTlsCrypto implements AutoCloseable {

    HandshakeCrypto(SecureRandom random) {
        super(random);
    }

    /** Signs with this side's own key. */
    TlsSigner signer(AsymmetricKeyParameter privateKey) {
        return new BcTlsECDSASigner(this, (ECPrivateKeyParameters) privateKey);
    }

    @Override
    public Digest createDigest(int hash) {
        return switch (hash) {
            case CryptoHashAlgorithm.sha256 -> new JdkDigest("SHA-256");
            case CryptoHashAlgorithm.sha384 -> new JdkDigest("SHA-384");
            case CryptoHashAlgorithm.sha512 -> new JdkDigest("SHA-512");
            default -> super.createDigest(hash);
        };
    }

    @Override
    public Digest cloneDigest(int hash, Digest digest) {
        return digest instanceof JdkDigest own ? new JdkDigest(own) : super.cloneDigest(hash, digest);
    }

    @Override
    protected AEADBlockCipher createGCMMode(BlockCipher engine) {
        return GCMBlockCipher.newInstance(engine, new BasicGCMMultiplier());
    }

    /** Ciphers for the few records after the handshake. */
    CryptoBackend recordCiphers() {
        return new JdkBackend();
    }

    /** The handshake is over: wipes and frees what only it needed. Idempotent. */
    @Override
    public void close() {}
}
