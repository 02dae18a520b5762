package dev.sluice.engine.sdp;

/**
 * A host candidate of ours for UDP, component 1 (RFC 8839 section 5.1). Immutable.
 *
 * @param preference 0 for the one we like best, then upwards; also tells foundations apart
 * @param address numeric, IPv4 or IPv6 without a scope
 */
public record HostCandidate(int preference, String address, int port) {
    private static final long HOST_TYPE_PREFERENCE = 126;
    private static final int MAX_LOCAL_PREFERENCE = 65_535;

    public HostCandidate {
        if (preference < 0 || preference > MAX_LOCAL_PREFERENCE || port < 1 || port > 65_535 || !isNumeric(address)) {
            throw new IllegalArgumentException("not a candidate: " + preference + " " + address + " " + port);
        }
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
        return HOST_TYPE_PREFERENCE << 24 | (long) (MAX_LOCAL_PREFERENCE - preference) << 8 | 255;
    }

    /** The value of an {@code a=candidate} line with the attribute's name: {@code candidate:1 1 udp …}. */
    public String value() {
        return "candidate:" + (preference + 1) + " 1 udp " + priority() + " " + address + " " + port + " typ host";
    }

    boolean isIpv6() {
        return address.indexOf(':') >= 0;
    }
}
