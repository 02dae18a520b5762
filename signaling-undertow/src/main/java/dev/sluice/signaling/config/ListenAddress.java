package dev.sluice.signaling.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An address and TCP port to listen on, written {@code 127.0.0.1:8080}, {@code [::1]:8080} or {@code localhost:8080}; port 0
 * takes a free one. Immutable.
 */
public record ListenAddress(InetAddress address, int port) {

    /** @throws IllegalArgumentException with what was expected */
    public static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not ADDR:PORT, such as 127.0.0.1:8080");
        }
        String host = text.substring(0, colon);
        if (host.contains(":") && !(host.startsWith("[") && host.endsWith("]"))) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": write an IPv6 address in brackets, such as [::1]:8080");
        }
        int port = parsePort(text.substring(colon + 1));
        try {
            return new ListenAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + text + "\": the address \"" + host + "\" is not known", e);
        }
    }

    /** @throws IllegalArgumentException with what was expected */
    public static int parsePort(String text) {
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a port, expected 0 to 65535");
    }

    public boolean isLoopback() {
        return address.isLoopbackAddress();
    }

    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    @Override
    public String toString() {
        return hostAndPort(address, port);
    }

    /** As in a URL: IPv6 in brackets, without a scope. */
    public static String hostAndPort(InetAddress address, int port) {
        String host = address.getHostAddress();
        int scope = host.indexOf('%');
        host = shortened(scope < 0 ? host : host.substring(0, scope));
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** RFC 5952 section 4.2: the longest run of zero groups, of two at least, becomes a double colon. */
    private static String shortened(String ipv6) {
        for (int groups = 8; groups >= 2; groups--) {
            String shorter = ipv6.replaceFirst("(^|:)0(:0){" + (groups - 1) + "}(:|$)", "::");
            if (!shorter.equals(ipv6)) {
                return shorter;
            }
        }
        return ipv6;
    }
}
