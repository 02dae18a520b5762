package dev.sluice.engine.dtls;

import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Which client keys we verify a signature with. A client names its own fingerprint, so a matching certificate may hold any key:
 * a 16,384-bit RSA key with as long an exponent, or a curve of its own making, would cost seconds of CPU. Stateless.
 */
final class ClientKey {
    private static final int MAX_RSA_BITS = 4_096;
    private static final int MAX_RSA_EXPONENT_BITS = 32;
    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(X9ObjectIdentifiers.prime256v1, SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);

    private ClientKey() {}

    /** Throws IllegalArgumentException or another RuntimeException when the certificate cannot be read. */
    static boolean isAffordable(byte[] certificate) {
        SubjectPublicKeyInfo key = Certificate.getInstance(certificate).getSubjectPublicKeyInfo();
        ASN1ObjectIdentifier algorithm = key.getAlgorithm().getAlgorithm();
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return key.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve && CURVES.contains(curve);
        }
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return isAffordable(RSAPublicKey.getInstance(key.getPublicKeyData().getOctets()));
        }
        return algorithm.equals(EdECObjectIdentifiers.id_Ed25519);
    }

    private static boolean isAffordable(RSAPublicKey key) {
        return key.getModulus().bitLength() <= MAX_RSA_BITS
                && key.getPublicExponent().bitLength() <= MAX_RSA_EXPONENT_BITS;
    }
}
