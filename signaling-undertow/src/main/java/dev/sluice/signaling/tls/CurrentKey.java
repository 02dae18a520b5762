package dev.sluice.signaling.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Offers the key in force, whatever the client's hints are. A handshake asks for an alias, then for what belongs to it: the alias tells
 * generations apart, so that one that is under way gets key and certificate of the same. Safe for many threads.
 */
final class CurrentKey extends X509ExtendedKeyManager {

    private record Generation(int number, TlsIdentity identity, Generation former) {
        String alias() {
            return "sluice-" + number;
        }
    }

    private volatile Generation current;

    CurrentKey(TlsIdentity identity) {
        current = new Generation(0, identity, null);
    }

    synchronized void replace(TlsIdentity identity) {
        Generation former = new Generation(current.number, current.identity, null);
        current = new Generation(current.number + 1, identity, former);
    }

    private String alias(String keyType) {
        Generation now = current;
        return keyType.equals(now.identity.key().getAlgorithm()) ? now.alias() : null;
    }

    private TlsIdentity identity(String alias) {
        Generation now = current;
        boolean isFormer = now.former != null && now.former.alias().equals(alias);
        return isFormer ? now.former.identity : now.identity;
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
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identity(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identity(alias).key();
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
