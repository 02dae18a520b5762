package dev.sluice.engine.dtls;

import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.util.Arrays;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.TlsContext;

/** Takes the SRTP keys out of a finished handshake. Stateless. */
final class SrtpKeyExport {

    private SrtpKeyExport() {}

    /**
     * RFC 5764 section 4.2: one block from the exporter, cut into client key, server key, client salt, server salt. To be
     * called from notifyHandshakeComplete, where the master secret still is; it is destroyed here.
     */
    static SrtpKeys export(TlsContext context, SrtpProfile profile, boolean isServer) {
        int keyBytes = profile.keyLengthBytes();
        int saltBytes = profile.saltLengthBytes();
        byte[] block = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (keyBytes + saltBytes));
        byte[] clientKey = Arrays.copyOfRange(block, 0, keyBytes);
        byte[] serverKey = Arrays.copyOfRange(block, keyBytes, 2 * keyBytes);
        byte[] clientSalt = Arrays.copyOfRange(block, 2 * keyBytes, 2 * keyBytes + saltBytes);
        byte[] serverSalt = Arrays.copyOfRange(block, 2 * keyBytes + saltBytes, block.length);
        Arrays.fill(block, (byte) 0);
        // Nothing is resumed and nothing more exported: the copy kept for that goes too.
        context.getSession().invalidate();
        context.getSecurityParametersConnection().getMasterSecret().destroy();
        return isServer
                ? new SrtpKeys(profile, serverKey, serverSalt, clientKey, clientSalt)
                : new SrtpKeys(profile, clientKey, clientSalt, serverKey, serverSalt);
    }
}
