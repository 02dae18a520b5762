package dev.sluice.engine.sdp;

import java.util.List;

/**
 * Our side of one BUNDLE transport, as it goes into a description. Immutable.
 *
 * @param fingerprint of our certificate: {@code sha-256 AA:BB…}
 * @param candidates at least one, the most preferred first
 * @param sessionId number in the o-line, the same for all descriptions of a session
 * @param sessionVersion counts the descriptions of a session from 1
 * @param cname of all our SSRCs, what makes receivers synchronise sound and picture
 * @param streamId msid of all our tracks; players show only what shares one
 */
public record LocalTransport(
        String ufrag,
        String password,
        String fingerprint,
        List<HostCandidate> candidates,
        long sessionId,
        int sessionVersion,
        String cname,
        String streamId) {

    public LocalTransport {
        candidates = List.copyOf(candidates);
        int space = fingerprint.indexOf(' ');
        if (!SdpText.isIceText(ufrag, 4)
                || !SdpText.isIceText(password, 22)
                || space < 0
                || !SdpText.isVisible(fingerprint.substring(0, space), 16)
                || !SdpText.isVisible(fingerprint.substring(space + 1), 256)
                || candidates.isEmpty()
                || !SdpText.isVisible(cname, 64)
                || !SdpText.isVisible(streamId, 64)) {
            throw new IllegalArgumentException("not a local transport, ufrag " + ufrag);
        }
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "LocalTransport[" + ufrag + " " + candidates + "]";
    }
}
