package dev.sluice.signaling.access;

import java.net.InetAddress;
import java.util.Map;

/**
 * Who asks, as far as HTTP tells. Its text is the client's and may be anything. Immutable but for its times.
 *
 * @param source the client's address, behind trusted proxies the one they report
 * @param scheme {@code http} or {@code https} as the client used it
 * @param host the Host header, empty when absent
 * @param origin the Origin header, null when absent: then it is no page
 * @param userAgent empty when absent
 * @param referer empty when absent
 * @param query the first value of each parameter, decoded
 * @param bearer the Authorization header's token, null when absent
 * @param authorization the whole of that header, empty when absent
 * @param fetchSite the Sec-Fetch-Site header by which a browser says where a page's request came from, empty when absent
 * @param forwarded whether the request says that it came through a proxy, trusted or not
 * @param traceParent the header of W3C Trace Context, empty when absent
 * @param times of what it wants
 */
public record Caller(
        InetAddress source,
        String scheme,
        String host,
        String origin,
        String userAgent,
        String referer,
        Map<String, String> query,
        String bearer,
        String authorization,
        String fetchSite,
        boolean forwarded,
        String traceParent,
        JoinTimes times) {

    /** One that came straight here just now, without a browser's word on itself. */
    public Caller(
            InetAddress source,
            String scheme,
            String host,
            String origin,
            String userAgent,
            String referer,
            Map<String, String> query,
            String bearer) {
        this(source, scheme, host, origin, userAgent, referer, query, bearer, null, "", false, "", new JoinTimes());
    }

    /** Null when absent. */
    public String password() {
        return query.get("password");
    }

    /** Without what may be a secret. */
    @Override
    public String toString() {
        return "Caller[" + source.getHostAddress() + "]";
    }
}
