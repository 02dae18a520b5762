package dev.sluice.engine.sdp;

/**
 * A host candidate of ours, component 1: for UDP (RFC 8839 section 5.1), or for TCP connections that the remote opens (RFC
 * 6544 section 4.5). Immutable.
 *
 * @param preference 0 for the one we like best, then upwards; also tells foundations apart
 * @param address numeric, IPv4 or IPv6 without a scope
 */
public record HostCandidate(int preference, String address, int port, boolean tcp) {
    private static final long HOST_TYPE_PREFERENCE = 126;
    /** Below all candidates for UDP, relayed ones excepted. */
    private static final long TCP_TYPE_PREFERENCE = 90;
    /** The direction's share of the local preference, and what is left for ours (RFC 6544 section 4.2). */
    private static final int PASSIVE_PREFERENCE = 4 << 13;

    private static final int MAX_OTHER_PREFERENCE = (1 << 13) - 1;
    private static final int MAX_LOCAL_PREFERENCE = 65_535;

    public HostCandidate {
        if (preference < 0 || preference > MAX_LOCAL_PREFERENCE || port < 1 || port > 65_535 || !isNumeric(address)) {
            throw new IllegalArgumentException("not a candidate: " + preference + " " + address + " " + port);
        }
    }

    /** For UDP. */
    public HostCandidate(int preference, String address, int port) {
        this(preference, address, port, false);
    }

    private static boolean isNumeric(String address) {
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (Character.digit(c, 16) < 0 && c != '.' && c != ':') {
                return false;
            }
        }
        return !address.isEmpty();
    }

    /** RFC 8445 section 5.1.2.1, for component 1. */
    public long priority() {
        if (tcp) {
            int local = PASSIVE_PREFERENCE | Math.max(0, MAX_OTHER_PREFERENCE - preference);
            return TCP_TYPE_PREFERENCE << 24 | (long) local << 8 | 255;
        }
        return HOST_TYPE_PREFERENCE << 24 | (long) (MAX_LOCAL_PREFERENCE - preference) << 8 | 255;
    }

    /** The value of an {@code a=candidate} line with the attribute's name: {@code candidate:1 1 udp …}. */
    public String value() {
        return "candidate:" + (preference + 1) + " 1 " + (tcp ? "tcp " : "udp ") + priority() + " " + address + " "
                + port + " typ host" + (tcp ? " tcptype passive" : "");
    }

    public boolean isIpv6() {
        return address.indexOf(':') >= 0;
    }
}
