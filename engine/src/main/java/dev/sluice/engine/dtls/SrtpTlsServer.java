package dev.sluice.engine.dtls;

import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;

/**
 * What our side of one handshake wants: version, suites, groups, SRTP profile, and the client's certificate by fingerprint.
 * Confined to the virtual thread of its handshake.
 */
// Bouncy Castle's API is written for Java 1.1: raw Vector and Hashtable.
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"})
final class SrtpTlsServer extends AbstractTlsServer {
    /** The first resend comes after this; Bouncy Castle doubles it from there. */
    private static final int FIRST_RESEND_MILLIS = 200;

    static final int HANDSHAKE_TIMEOUT_MILLIS = 10_000;
    private static final int MAX_CHAIN_LENGTH = 4;

    private static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    };

    /** In our order of choice: X25519 is the cheapest. */
    private static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1};

    private static final String NO_USE_SRTP = "the client offers no use_srtp";

    private final HandshakeCrypto crypto;
    private final DtlsCertificate certificate;
    private final Certificate chain;
    private final Set<SrtpProfile> profiles;
    private final List<Fingerprint> remoteFingerprints;

    private SrtpProfile profile;
    private boolean certificateMatches;
    private String refusal;
    private SrtpKeys keys;
    private ConnectedRecords records;

    SrtpTlsServer(
            HandshakeCrypto crypto,
            DtlsCertificate certificate,
            Certificate chain,
            Set<SrtpProfile> profiles,
            List<Fingerprint> remoteFingerprints) {
        super(crypto);
        this.crypto = crypto;
        this.certificate = certificate;
        this.chain = chain;
        this.profiles = profiles;
        this.remoteFingerprints = remoteFingerprints;
    }

    /** In our own words, why the handshake was refused; null when Bouncy Castle found the reason. */
    String refusal() {
        return refusal;
    }

    /** The keys, once the handshake is complete; else null. */
    SrtpKeys keys() {
        return keys;
    }

    /** What reads the records after the handshake, once that is complete; else null. */
    ConnectedRecords records() {
        return records;
    }

    /** The handshake is over, however it ended. */
    void release() {
        crypto.close();
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return CIPHER_SUITES.clone();
    }

    /** RFC 7627 guards the exporter; every stack in use has it, and Bouncy Castle exports nothing without. */
    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return FIRST_RESEND_MILLIS;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return HANDSHAKE_TIMEOUT_MILLIS;
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return DtlsFilter.MAX_MESSAGE_BYTES;
    }

    @Override
    public int getMaxCertificateChainLength() {
        return MAX_CHAIN_LENGTH;
    }

    /** What a self-signed certificate is signed with proves nothing; the fingerprint does. */
    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    @Override
    protected boolean isSelectableCipherSuite(
            int cipherSuite, int availCurveBits, int availFiniteFieldBits, Vector sigAlgs) {
        return selectECDH(0) >= 0
                && super.isSelectableCipherSuite(cipherSuite, availCurveBits, availFiniteFieldBits, sigAlgs);
    }

    /** The inherited choice is the client's first, which may be one that DTLS 1.2 does not have (ML-KEM hybrids). */
    @Override
    protected int selectECDH(int minimumCurveBits) {
        int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        if (offered == null) {
            return NamedGroup.secp256r1; // RFC 8422 section 5.1: no extension, any curve.
        }
        for (int group : GROUPS) {
            if (contains(offered, group)) {
                return group;
            }
        }
        return -1;
    }

    @Override
    protected String getDetailMessageNoCipherSuite() {
        refusal = "no cipher suite, curve and signature in common (ECDHE_ECDSA with AES-GCM is wanted)";
        return refusal;
    }

    /** Our SRTP profile: the first of ours that the client offers (RFC 5764 section 4.1.1). */
    @Override
    public void processClientExtensions(Hashtable clientExtensions) throws IOException {
        super.processClientExtensions(clientExtensions);
        maxFragmentLengthOffered = -1; // Not negotiated: the filter gives on whole messages.
        UseSRTPData offered = TlsSRTPUtils.getUseSRTPExtension(clientExtensions);
        if (offered == null) {
            throw refuse(AlertDescription.handshake_failure, NO_USE_SRTP);
        }
        profile = choose(offered.getProtectionProfiles());
        if (profile == null) {
            throw refuse(AlertDescription.handshake_failure, "no SRTP profile in common");
        }
    }

    private SrtpProfile choose(int[] offered) {
        for (SrtpProfile ours : SrtpProfile.values()) {
            if (profiles.contains(ours) && contains(offered, ours.dtlsId())) {
                return ours;
            }
        }
        return null;
    }

    private static boolean contains(int[] values, int wanted) {
        for (int value : values) {
            if (value == wanted) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Hashtable getServerExtensions() throws IOException {
        if (profile == null) {
            throw refuse(AlertDescription.handshake_failure, NO_USE_SRTP); // A hello without any extension.
        }
        Hashtable extensions = super.getServerExtensions();
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(new int[] {profile.dtlsId()}, null));
        return extensions;
    }

    @Override
    public TlsCredentials getCredentials() {
        return certificate.signer(context, crypto, chain);
    }

    /** RFC 5764 section 4.1: with use_srtp both sides must authenticate. */
    @Override
    public CertificateRequest getCertificateRequest() {
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                signatureAlgorithms(),
                null);
    }

    private static Vector signatureAlgorithms() {
        Vector algorithms = new Vector();
        algorithms.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
        algorithms.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha384, SignatureAlgorithm.ecdsa));
        algorithms.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha512, SignatureAlgorithm.ecdsa));
        algorithms.add(SignatureAndHashAlgorithm.ed25519);
        algorithms.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha256);
        algorithms.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha384);
        algorithms.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha512);
        algorithms.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.rsa));
        algorithms.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha384, SignatureAlgorithm.rsa));
        algorithms.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha512, SignatureAlgorithm.rsa));
        return algorithms;
    }

    /** RFC 8122 section 6.2: the certificate must be one that the session description named. */
    @Override
    public void notifyClientCertificate(Certificate clientChain) throws IOException {
        if (clientChain == null || clientChain.isEmpty()) {
            throw refuse(AlertDescription.bad_certificate, "the client has no certificate");
        }
        byte[] encoded = clientChain.getCertificateAt(0).getEncoded();
        for (Fingerprint fingerprint : remoteFingerprints) {
            certificateMatches |= fingerprint.matches(encoded);
        }
        if (!certificateMatches) {
            throw refuse(AlertDescription.bad_certificate, "the client's certificate does not match a=fingerprint");
        }
        if (!ClientKey.isAffordable(encoded)) {
            throw refuse(AlertDescription.unsupported_certificate, "the client's key is of a kind or size not taken");
        }
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        if (!certificateMatches) {
            throw refuse(AlertDescription.internal_error, "the client's certificate was not checked");
        }
        records = ConnectedRecords.of(context, crypto.recordCiphers());
        keys = SrtpKeyExport.export(context, profile, true);
    }

    private TlsFatalAlert refuse(short alert, String reason) {
        refusal = reason;
        return new TlsFatalAlert(alert, reason);
    }
}
