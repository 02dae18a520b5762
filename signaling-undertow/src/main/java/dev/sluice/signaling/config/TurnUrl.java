package dev.sluice.signaling.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a TURN server listens (RFC 7065). Immutable.
 *
 * @param secure whether over TLS: {@code turns:}
 * @param host a name or an IPv4 address, or an IPv6 address in brackets
 * @param transport {@code udp} or {@code tcp}
 */
public record TurnUrl(boolean secure, String host, int port, String transport) {
    private static final int PLAIN_PORT = 3478;
    private static final int TLS_PORT = 5349;
    private static final Pattern SYNTAX = Pattern.compile(
            "(turns?):([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?(?:\\?transport=(udp|tcp))?");

    /** @throws IllegalArgumentException with what was expected */
    public static TurnUrl parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a TURN server's URL, such as turn:turn.example.com:3478?transport=tcp");
        }
        boolean secure = matcher.group(1).equals("turns");
        int port =
                matcher.group(3) == null ? secure ? TLS_PORT : PLAIN_PORT : ListenAddress.parsePort(matcher.group(3));
        String transport = matcher.group(4) == null ? secure ? "tcp" : "udp" : matcher.group(4);
        return new TurnUrl(secure, matcher.group(2), port, transport);
    }

    /** With everything said that could be left out. */
    @Override
    public String toString() {
        return (secure ? "turns:" : "turn:") + host + ":" + port + "?transport=" + transport;
    }
}
