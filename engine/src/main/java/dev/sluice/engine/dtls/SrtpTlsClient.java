package dev.sluice.engine.dtls;

import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Collection;
import java.util.Hashtable;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.UseSRTPData;

/** The client's side of a handshake, for warming up and for tests. Confined to the thread of its handshake. */
// Bouncy Castle's API is written for Java 1.1: raw Hashtable.
@SuppressWarnings({"rawtypes", "JdkObsolete"})
class SrtpTlsClient extends DefaultTlsClient {
    private final HandshakeCrypto crypto;
    private final DtlsCertificate certificate;
    private final int[] offered;
    private SrtpProfile profile;
    private SrtpKeys keys;

    SrtpTlsClient(HandshakeCrypto crypto, DtlsCertificate certificate, Collection<SrtpProfile> profiles) {
        super(crypto);
        this.crypto = crypto;
        this.certificate = certificate;
        this.offered = profiles.stream().mapToInt(SrtpProfile::dtlsId).toArray();
    }

    /** The keys, once the handshake is complete; else null. */
    SrtpKeys keys() {
        return keys;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        };
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return 200;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return SrtpTlsServer.HANDSHAKE_TIMEOUT_MILLIS;
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = super.getClientExtensions();
        if (offered.length > 0) {
            TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(offered, null));
        }
        return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        UseSRTPData chosen = TlsSRTPUtils.getUseSRTPExtension(extensions);
        if (chosen != null) {
            profile = SrtpProfile.ofDtlsId(chosen.getProtectionProfiles()[0]);
        }
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                onServerCertificate(server.getCertificate().getCertificateAt(0).getEncoded());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                return credentials();
            }
        };
    }

    /** Null to show no certificate. */
    TlsCredentials credentials() throws IOException {
        return certificate == null ? null : certificate.signer(context, crypto, certificate.chain(crypto));
    }

    /** For those who check it. */
    void onServerCertificate(byte[] encoded) throws IOException {}

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        if (profile != null) {
            keys = SrtpKeyExport.export(context, profile, false);
        }
    }
}
