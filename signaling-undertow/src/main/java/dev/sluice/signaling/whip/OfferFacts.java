package dev.sluice.signaling.whip;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The few lines of an offer or fragment that the HTTP side must know itself; the engine reads the SDP. Immutable.
 *
 * @param ufrags every {@code a=ice-ufrag} (RFC 8839 section 5.4); some stacks have one in each section
 * @param ufrag the first one, null when there is none
 * @param password the first {@code a=ice-pwd}, null when there is none
 * @param version of the session (RFC 8866 section 5.2), which grows with each offer of a PeerConnection; 0 when it is none
 * @param peerConnection names the PeerConnection that made an offer: its session id (RFC 8866 section 5.2) and certificates; null
 *     when there is no certificate
 */
record OfferFacts(Set<String> ufrags, String ufrag, String password, long version, String peerConnection) {

    /** RFC 8839 section 5.4. */
    private static final int MAX_UFRAG_LENGTH = 256;

    /** Bodies are short enough to read, but not all of what they may say is worth keeping. */
    private static final int MAX_UFRAGS = 16;

    static OfferFacts read(String sdp) {
        Set<String> ufrags = new HashSet<>();
        Set<String> fingerprints = new TreeSet<>();
        String ufrag = null;
        String password = null;
        String origin = "";
        long version = 0;
        for (String line : (Iterable<String>) sdp.lines()::iterator) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (line.startsWith("a=ice-ufrag:")) {
                if (value.length() > MAX_UFRAG_LENGTH || ufrags.size() >= MAX_UFRAGS) {
                    continue;
                }
                ufrags.add(value);
                ufrag = ufrag == null ? value : ufrag;
            } else if (line.startsWith("a=ice-pwd:")) {
                password = password == null ? value : password;
            } else if (line.startsWith("a=fingerprint:")) {
                fingerprints.add(value);
            } else if (line.startsWith("o=") && origin.isEmpty()) {
                String[] fields = line.substring(2).split(" ", -1);
                origin = fields.length < 2 ? "" : fields[0] + " " + fields[1];
                version = fields.length > 2 && fields[2].matches("[0-9]{1,18}") ? Long.parseLong(fields[2]) : 0;
            }
        }
        return new OfferFacts(
                Set.copyOf(ufrags),
                ufrag,
                password,
                version,
                fingerprints.isEmpty() ? null : origin + " " + fingerprints);
    }
}
