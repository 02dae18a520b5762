package dev.sluice.signaling.config;

import com.typesafe.config.ConfigValue;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A target that events are posted to. Immutable.
 *
 * @param secret the key of its signatures, base64 with {@value #SECRET_PREFIX} before it (Standard Webhooks 1.0.0)
 */
public record WebhookConfig(URI url, String secret, EventFilter filter) {
    private static final String SECRET_PREFIX = "whsec_";
    private static final int MIN_SECRET_BYTES = 24;
    private static final int MAX_SECRET_BYTES = 64;
    private static final List<String> KEYS = List.of("url", "secret", "events", "streams");

    /** Of one entry of {@code webhooks}. */
    static WebhookConfig read(Section webhook, ConfigValue value, ListenConfig listen) throws ConfigException {
        for (String key : List.of("url", "secret")) {
            if (!webhook.has(key)) {
                throw Section.error(value, "webhooks: expected url and secret for each of them");
            }
        }
        URI url = webhook.parsed("url", null, WebhookConfig::parseUrl);
        OwnListeners own = new OwnListeners(
                List.of(listen.plain().socketAddress(), listen.tls().socketAddress()));
        InetAddress literal = literal(url.getHost());
        if (literal != null && own.has(literal, port(url))) {
            throw Section.error(webhook.value("url"), "webhooks: " + url + " is this server itself");
        }
        return new WebhookConfig(
                url,
                webhook.parsed("secret", null, WebhookConfig::parseSecret),
                new EventFilter(
                        Set.copyOf(webhook.list("events", EventType::parse)),
                        List.copyOf(webhook.list("streams", EventFilter::parsePattern))));
    }

    static List<String> keys() {
        return KEYS;
    }

    /** An absolute address of http or https; what is secret about it belongs into its path. */
    static URI parseUrl(String text) {
        try {
            URI url = new URI(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // The same refusal as for other schemes.
        }
        throw new IllegalArgumentException("expected an address such as https://example.com/hook");
    }

    private static String parseSecret(String text) {
        String wrong = "expected " + SECRET_PREFIX + " and the base64 of " + MIN_SECRET_BYTES + " to "
                + MAX_SECRET_BYTES + " random bytes, such as printf 'whsec_%s' \"$(openssl rand -base64 32)\" prints";
        if (!text.startsWith(SECRET_PREFIX)) {
            throw new IllegalArgumentException(wrong);
        }
        try {
            int length = Base64.getDecoder().decode(text.substring(SECRET_PREFIX.length())).length;
            if (length >= MIN_SECRET_BYTES && length <= MAX_SECRET_BYTES) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // It is not repeated here: it may be somebody's password.
        }
        throw new IllegalArgumentException(wrong);
    }

    /** Null for a name that only DNS can tell of. */
    private static InetAddress literal(String host) {
        boolean local = host.equals("localhost") || host.endsWith(".localhost");
        if (!local && !host.matches("[0-9.]+|\\[.*\\]")) {
            return null;
        }
        try {
            return local ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** The port that is meant. */
    public static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** The bytes that sign. */
    public byte[] key() {
        return Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()));
    }

    /** What may stand in logs: paths of hooks often are secrets. */
    public String shown() {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    @Override
    public String toString() {
        return "WebhookConfig[" + shown() + "]";
    }
}
