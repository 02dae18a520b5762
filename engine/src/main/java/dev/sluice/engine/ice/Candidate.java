package dev.sluice.engine.ice;

/**
 * One of our candidates as SDP shows it: UDP, component 1, type host (RFC 8445 section 5.1, RFC 8839 section 5.1).
 * Immutable.
 *
 * @param address an IPv4 or IPv6 literal without brackets or zone
 * @param priority after RFC 8445 section 5.1.2.1
 * @param foundation equal for candidates of one type and base address
 */
public record Candidate(String address, int port, long priority, String foundation) {
    private static final long HOST_TYPE_PREFERENCE = 126;
    private static final int MAX_LOCAL_PREFERENCE = 65_535;
    private static final int COMPONENT = 1;

    public Candidate {
        if (!isLiteral(address)) {
            throw new IllegalArgumentException("not an IPv4 or IPv6 address: " + address);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    /**
     * The candidate for one of this host's addresses.
     *
     * @param address a literal; a zone ({@code %eth0}) means nothing to others and is cut off
     * @param rank 0 for the address we like best, then 1, 2 …: each address needs its own (RFC 8445 section 5.1.2.1)
     */
    public static Candidate host(String address, int port, int rank) {
        if (rank < 0 || rank > MAX_LOCAL_PREFERENCE) {
            throw new IllegalArgumentException("rank must be 0 to " + MAX_LOCAL_PREFERENCE);
        }
        int zone = address.indexOf('%');
        return new Candidate(
                zone < 0 ? address : address.substring(0, zone),
                port,
                hostPriority(MAX_LOCAL_PREFERENCE - rank),
                Integer.toString(rank + 1));
    }

    /** The attribute without {@code a=}: {@code candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host}. */
    public String sdpValue() {
        return "candidate:" + foundation + " " + COMPONENT + " udp " + priority + " " + address + " " + port
                + " typ host";
    }

    private static long hostPriority(int localPreference) {
        return HOST_TYPE_PREFERENCE << 24 | (long) localPreference << 8 | 256 - COMPONENT;
    }

    /** Whether the text can be an address and nothing else: it goes into SDP as it is. */
    private static boolean isLiteral(String text) {
        boolean v6 = text.indexOf(':') >= 0;
        if (!v6 && text.indexOf('.') < 0) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean hex = c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':';
            if (!digit && c != '.' && !(v6 && hex)) {
                return false;
            }
        }
        return true;
    }
}
