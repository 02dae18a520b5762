package dev.sluice.signaling.tls;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Makes the SSLContext of both listeners. Immutable. */
public final class TlsSetup {
    private TlsSetup() {}

    /** From PEM files. */
    public static SSLContext fromFiles(Path certificate, Path key, SecureRandom random) throws TlsException {
        return context(PemFiles.read(certificate, key), random);
    }

    /** With a certificate that is made now and never written anywhere. */
    public static SSLContext selfSigned(List<InetAddress> addresses, SecureRandom random, Instant now)
            throws TlsException {
        try {
            return context(SelfSigned.create(List.of("localhost"), addresses, random, now), random);
        } catch (GeneralSecurityException e) {
            throw new TlsException("no self-signed certificate: " + e.getMessage());
        }
    }

    private static SSLContext context(TlsIdentity identity, SecureRandom random) throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new OneKey(identity)}, null, random);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsException("no TLS: " + e.getMessage());
        }
    }

    /** Offers the one key we have whatever the client's hints are. Immutable. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "sluice";
        private final TlsIdentity identity;

        OneKey(TlsIdentity identity) {
            this.identity = identity;
        }

        private String alias(String keyType) {
            return keyType.equals(identity.key().getAlgorithm()) ? ALIAS : null;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return alias(keyType);
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return alias(keyType);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return alias(keyType) == null ? null : new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
