package dev.sluice.engine.dtls;

import dev.sluice.natives.crypto.OpensslKeys;
import dev.sluice.natives.crypto.OpensslSigner;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.DefaultTlsCredentialedSigner;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A self-signed ECDSA P-256 certificate with its private key; peers know it by its fingerprint only. Immutable. */
public final class DtlsCertificate {
    private static final X500Name NAME = new X500Name("CN=Sluice");
    private static final int SERIAL_BITS = 64;

    private final byte[] encoded;
    private final AsymmetricKeyParameter privateKey;
    private final Fingerprint fingerprint;

    private DtlsCertificate(byte[] encoded, AsymmetricKeyParameter privateKey) {
        this.encoded = encoded;
        this.privateKey = privateKey;
        this.fingerprint = Fingerprint.of("sha-256", encoded);
    }

    /** A new key and certificate. */
    public static DtlsCertificate generate(SecureRandom random) {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(
                new ECNamedDomainParameters(
                        X9ObjectIdentifiers.prime256v1, CustomNamedCurves.getByOID(X9ObjectIdentifiers.prime256v1)),
                random));
        AsymmetricCipherKeyPair keys = generator.generateKeyPair();
        try {
            // Nobody checks the dates of a WebRTC certificate (RFC 8122); fixed ones tell nothing about this server.
            // The end is RFC 5280's "no expiration" (section 4.1.2.5). Written out: a Date would load the JDK's
            // formats.
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    NAME,
                    new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS),
                    new Time(new DERUTCTime("700101000000Z")),
                    new Time(new DERGeneralizedTime("99991231235959Z")),
                    NAME,
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(keys.getPublic()));
            byte[] encoded = builder.build(new BcECContentSignerBuilder(
                                    new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
                                    new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256))
                            .setSecureRandom(random)
                            .build(keys.getPrivate()))
                    .getEncoded();
            return new DtlsCertificate(encoded, keys.getPrivate());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By sha-256, for {@code a=fingerprint}. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** The chain of one that the handshake sends. */
    Certificate chain(BcTlsCrypto crypto) {
        try {
            return new Certificate(new TlsCertificate[] {crypto.createCertificate(encoded)});
        } catch (IOException e) {
            throw new IllegalStateException(e); // We made it.
        }
    }

    /** The key once more, in libcrypto's hands. */
    OpensslSigner signer(OpensslKeys keys) {
        try {
            byte[] encoded =
                    PrivateKeyInfoFactory.createPrivateKeyInfo(privateKey).getEncoded();
            OpensslSigner signer = keys.newSigner(encoded);
            Arrays.fill(encoded, (byte) 0);
            return signer;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs one handshake; the chain is from {@link #chain}, which is worth keeping. */
    TlsCredentialedSigner signer(TlsContext context, HandshakeCrypto crypto, Certificate chain) {
        return new DefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto.signer(privateKey),
                chain,
                SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
    }
}
