package dev.sluice.signaling.access;

import dev.sluice.signaling.config.OriginRule;
import java.util.Locale;

/**
 * Compares the origin of a page (RFC 6454) with the rule for what it wants. A request without Origin comes from no page and
 * passes; {@code null} is the origin of sandboxed and local pages and counts as foreign. Immutable.
 */
public final class Origins {
    private Origins() {}

    public static boolean allows(OriginRule rule, Caller caller) {
        if (caller.origin() == null) {
            return true;
        }
        String origin = caller.origin().toLowerCase(Locale.ROOT);
        return switch (rule.kind()) {
            case ANY -> true;
            case LOOPBACK -> isLoopback(host(origin));
            case SAME -> isSame(origin, caller);
            case LIST -> rule.origins().contains(origin) || isSame(origin, caller);
        };
    }

    /**
     * Same host and port. The scheme does not count where the port is written: each of our ports speaks both, and Flussonic's
     * libraries force wss and https onto the port of an http page.
     */
    public static boolean isSame(String origin, Caller caller) {
        int scheme = origin.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        String page = withPort(origin.substring(scheme + 3), origin.substring(0, scheme));
        return !caller.host().isEmpty()
                && page.equals(withPort(caller.host().toLowerCase(Locale.ROOT), caller.scheme()));
    }

    private static String withPort(String authority, String scheme) {
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        return hasPort ? authority : authority + (scheme.equals("https") ? ":443" : ":80");
    }

    private static String host(String origin) {
        int scheme = origin.indexOf("://");
        return scheme < 0 ? "" : hostOf(origin.substring(scheme + 3));
    }

    /** The host of {@code host:port}, without the brackets of an IPv6 address. */
    static String hostOf(String authority) {
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            return end < 0 ? "" : authority.substring(1, end);
        }
        int colon = authority.indexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("::1")
                || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** Whether the page, if it is one, is of this very server. */
    public static boolean isOwn(Caller caller) {
        return allows(OriginRule.SAME, caller);
    }

    /** Whether a Host header can be the work of DNS rebinding: a name that is none of this machine's loopback. */
    public static boolean isForeignName(String hostHeader) {
        String host = hostOf(hostHeader.toLowerCase(Locale.ROOT));
        boolean literal = host.contains(":") || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        return !host.isEmpty() && !literal && !isLoopback(host);
    }
}
