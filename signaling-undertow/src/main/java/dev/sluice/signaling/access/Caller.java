package dev.sluice.signaling.access;

import java.net.InetAddress;

/**
 * Who asks, as far as HTTP tells. Immutable.
 *
 * @param source the client's address, behind trusted proxies the one they report
 * @param scheme {@code http} or {@code https} as the client used it
 * @param host the Host header, empty when absent
 * @param origin the Origin header, null when absent: then it is no page
 */
public record Caller(InetAddress source, String scheme, String host, String origin) {}
