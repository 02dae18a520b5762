package dev.sluice.engine.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** Clients' keys of the kinds that a certificate may hold, each with a certificate. Immutable. */
enum TestKey {
    RSA(HashAlgorithm.sha256, SignatureAlgorithm.rsa),
    RSA_PSS(HashAlgorithm.Intrinsic, SignatureAlgorithm.rsa_pss_rsae_sha256),
    P256_BY_SHA384(HashAlgorithm.sha384, SignatureAlgorithm.ecdsa),
    P256_BY_SHA512(HashAlgorithm.sha512, SignatureAlgorithm.ecdsa),
    P384(HashAlgorithm.sha384, SignatureAlgorithm.ecdsa),
    P521(HashAlgorithm.sha512, SignatureAlgorithm.ecdsa),
    ED25519(HashAlgorithm.Intrinsic, SignatureAlgorithm.ed25519);

    private final SignatureAndHashAlgorithm algorithm;
    private final AsymmetricCipherKeyPair pair;
    private final byte[] encoded;

    TestKey(short hash, short signature) {
        algorithm = SignatureAndHashAlgorithm.getInstance(hash, signature);
        SecureRandom random = new SecureRandom();
        pair = switch (name()) {
            case "P384" -> ec(SECObjectIdentifiers.secp384r1, random);
            case "P521" -> ec(SECObjectIdentifiers.secp521r1, random);
            case "P256_BY_SHA384", "P256_BY_SHA512" -> ec(SECObjectIdentifiers.secp256r1, random);
            case "ED25519" -> {
                Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
                generator.init(new Ed25519KeyGenerationParameters(random));
                yield generator.generateKeyPair();
            }
            default -> {
                RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
                generator.init(new RSAKeyGenerationParameters(BigInteger.valueOf(65_537), random, 2_048, 100));
                yield generator.generateKeyPair();
            }
        };
        try {
            encoded = certificate(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static AsymmetricCipherKeyPair ec(ASN1ObjectIdentifier curve, SecureRandom random) {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(
                new ECNamedDomainParameters(curve, CustomNamedCurves.getByOID(curve)), random));
        return generator.generateKeyPair();
    }

    Fingerprint fingerprint() {
        return Fingerprint.of("sha-256", encoded);
    }

    TlsCredentials credentials(TlsContext context, BcTlsCrypto crypto) throws IOException {
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                pair.getPrivate(),
                new Certificate(new TlsCertificate[] {crypto.createCertificate(encoded)}),
                algorithm);
    }

    /** Nobody looks at the signature of a certificate that goes by its fingerprint. */
    static byte[] certificate(SubjectPublicKeyInfo key) throws IOException {
        AlgorithmIdentifier signedBy = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(1));
        generator.setIssuer(new X500Name("CN=test"));
        generator.setSubject(new X500Name("CN=test"));
        generator.setSignature(signedBy);
        generator.setStartDate(new Time(new Date(0)));
        generator.setEndDate(new Time(new Date(0)));
        generator.setSubjectPublicKeyInfo(key);
        return new DERSequence(
                        new ASN1Encodable[] {generator.generateTBSCertificate(), signedBy, new DERBitString(new byte[1])
                        })
                .getEncoded();
    }
}
