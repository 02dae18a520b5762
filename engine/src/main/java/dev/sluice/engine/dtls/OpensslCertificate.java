package dev.sluice.engine.dtls;

import dev.sluice.natives.crypto.OpensslKeys;
import java.io.IOException;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.TlsVerifier;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A certificate whose owner's signatures libcrypto checks when its key is on P-256. Immutable. */
final class OpensslCertificate extends BcTlsCertificate {
    private final OpensslKeys keys;

    OpensslCertificate(BcTlsCrypto crypto, OpensslKeys keys, byte[] encoding) throws IOException {
        super(crypto, encoding);
        this.keys = keys;
    }

    @Override
    public TlsVerifier createVerifier(short signatureAlgorithm) throws IOException {
        if (signatureAlgorithm != SignatureAlgorithm.ecdsa || !isP256()) {
            return super.createVerifier(signatureAlgorithm);
        }
        validateKeyUsage(KeyUsage.digitalSignature);
        return new Verifier();
    }

    private boolean isP256() {
        return X9ObjectIdentifiers.id_ecPublicKey.equals(keyInfo.getAlgorithm().getAlgorithm())
                && X9ObjectIdentifiers.prime256v1.equals(keyInfo.getAlgorithm().getParameters());
    }

    private final class Verifier implements TlsVerifier {
        @Override
        public boolean verifyRawSignature(DigitallySigned signed, byte[] hash) {
            SignatureAndHashAlgorithm algorithm = signed.getAlgorithm();
            return algorithm != null
                    && algorithm.getSignature() == SignatureAlgorithm.ecdsa
                    && keys.verifyP256(keyInfo.getPublicKeyData().getOctets(), hash, signed.getSignature());
        }

        /** None: Bouncy Castle hashes. */
        @Override
        public TlsStreamVerifier getStreamVerifier(DigitallySigned signed) {
            return null;
        }
    }
}
