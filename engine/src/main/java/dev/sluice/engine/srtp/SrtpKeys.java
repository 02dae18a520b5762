package dev.sluice.engine.srtp;

import dev.sluice.natives.srtp.SrtpProfile;
import java.util.Arrays;

/**
 * What a DTLS-SRTP handshake gives (RFC 5764 section 4.2): the profile, and master key and salt for each direction.
 * Handed from the handshake's thread to the loop once, then wiped there.
 *
 * @param localKey protects what we send
 * @param remoteKey unprotects what the remote sends
 */
public record SrtpKeys(SrtpProfile profile, byte[] localKey, byte[] localSalt, byte[] remoteKey, byte[] remoteSalt) {

    /** Overwrites all key material with zeros. */
    public void wipe() {
        Arrays.fill(localKey, (byte) 0);
        Arrays.fill(localSalt, (byte) 0);
        Arrays.fill(remoteKey, (byte) 0);
        Arrays.fill(remoteSalt, (byte) 0);
    }

    /** Never the keys. */
    @Override
    public String toString() {
        return "SrtpKeys[" + profile + "]";
    }
}
