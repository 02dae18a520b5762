package dev.sluice.signaling.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What the server shows in TLS. Immutable.
 *
 * @param key of the first certificate
 * @param chain leaf first
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

    @Override
    public String toString() {
        return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
