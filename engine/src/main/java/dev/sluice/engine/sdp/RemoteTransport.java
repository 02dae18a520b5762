package dev.sluice.engine.sdp;

import java.util.List;

/**
 * The remote's side of the BUNDLE transport: that of the section which carries the bundle's transport (RFC 9143 section
 * 7), whatever the other sections say. A later description with another ufrag or password is an ICE restart (RFC 8445
 * section 9). Immutable.
 *
 * @param fingerprints at least one, {@code sha-256 AA:BB…}; any of them is good
 * @param extmapAllowMixed whether one-byte and two-byte header extensions may alternate (RFC 8285 section 4.1.2)
 */
public record RemoteTransport(String ufrag, String password, List<String> fingerprints, boolean extmapAllowMixed) {
    public RemoteTransport {
        fingerprints = List.copyOf(fingerprints);
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "RemoteTransport[" + ufrag + " " + fingerprints + "]";
    }
}
