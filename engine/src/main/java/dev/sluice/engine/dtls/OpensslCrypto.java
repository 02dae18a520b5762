package dev.sluice.engine.dtls;

import dev.sluice.natives.crypto.AesGcm;
import dev.sluice.natives.crypto.CryptoBackend;
import dev.sluice.natives.crypto.OpensslAgreement;
import dev.sluice.natives.crypto.OpensslKeys;
import dev.sluice.natives.crypto.OpensslKeys.Group;
import dev.sluice.natives.crypto.OpensslSigner;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.TlsSigner;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsSecret;

/**
 * One connection's crypto with the heavy parts by libcrypto: agreement on X25519 and P-256, our ECDSA signature, the
 * check of the client's when its key is on P-256, and AES-GCM. All else, other curves and RSA among it, stays Bouncy Castle's. Confined
 * to one thread at a time.
 */
final class OpensslCrypto extends HandshakeCrypto {
    private final CryptoBackend backend;
    private final OpensslKeys keys;
    private final OpensslSigner signer;
    /** Null before and after; a handshake needs one. */
    private OpensslAgreement agreement;

    OpensslCrypto(SecureRandom random, CryptoBackend backend, OpensslKeys keys, OpensslSigner signer) {
        super(random);
        this.backend = backend;
        this.keys = keys;
        this.signer = signer;
    }

    @Override
    public TlsECDomain createECDomain(TlsECConfig config) {
        return switch (config.getNamedGroup()) {
            case NamedGroup.x25519 -> () -> new Agreement(Group.X25519);
            case NamedGroup.secp256r1 -> () -> new Agreement(Group.P256);
            default -> super.createECDomain(config);
        };
    }

    @Override
    protected TlsAEADCipher createCipher_AES_GCM(TlsCryptoParameters parameters, int keyBytes, int tagBytes)
            throws IOException {
        return tagBytes == AesGcm.TAG_LENGTH_BYTES
                ? new TlsAEADCipher(
                        parameters,
                        new OpensslAead(backend, true),
                        new OpensslAead(backend, false),
                        keyBytes,
                        tagBytes,
                        TlsAEADCipher.AEAD_GCM,
                        null)
                : super.createCipher_AES_GCM(parameters, keyBytes, tagBytes);
    }

    @Override
    TlsSigner signer(AsymmetricKeyParameter privateKey) {
        return new Signer();
    }

    @Override
    public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
        return type == CertificateType.X509
                ? new OpensslCertificate(this, keys, encoding)
                : super.createCertificate(type, encoding);
    }

    @Override
    CryptoBackend recordCiphers() {
        return backend;
    }

    @Override
    public void close() {
        if (agreement != null) {
            agreement.close();
            agreement = null;
        }
    }

    /** ECDHE; the key pair is gone as soon as the secret is there, or with the handshake. */
    private final class Agreement implements TlsAgreement {
        private final Group group;
        private byte[] peerValue;

        Agreement(Group group) {
            this.group = group;
        }

        @Override
        public byte[] generateEphemeral() {
            close();
            agreement = keys.newAgreement(group);
            return agreement.publicValue();
        }

        @Override
        public void receivePeerValue(byte[] value) {
            peerValue = value.clone();
        }

        @Override
        public TlsSecret calculateSecret() throws IOException {
            try {
                // The new secret keeps the array, and wipes it.
                return new BcTlsSecret(OpensslCrypto.this, agreement.secret(peerValue));
            } catch (InvalidKeyException e) {
                throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
            } finally {
                close();
            }
        }
    }

    private final class Signer implements TlsSigner {
        @Override
        public byte[] generateRawSignature(SignatureAndHashAlgorithm algorithm, byte[] hash) {
            return signer.sign(hash);
        }

        /** None: Bouncy Castle hashes. */
        @Override
        public TlsStreamSigner getStreamSigner(SignatureAndHashAlgorithm algorithm) {
            return null;
        }
    }
}
