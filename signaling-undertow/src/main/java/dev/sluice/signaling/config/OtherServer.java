package dev.sluice.signaling.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The address of another Sluice that clients may be sent to. Immutable.
 *
 * @param base scheme, host and port, and perhaps the path that a proxy has it under; no slash at its end
 */
public record OtherServer(String base) {
    private static final int MAX_LENGTH = 255;

    /** @throws IllegalArgumentException with what was expected; the text may be anything */
    public static OtherServer parse(String text) {
        URI uri;
        try {
            uri = text.length() > MAX_LENGTH ? URI.create("") : new URI(text);
        } catch (URISyntaxException e) {
            throw expected(e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean plain = uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && uri.getPort() != 0
                && uri.getPort() <= 65_535;
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (!plain || !scheme.matches("https?") || !path.matches("(/[A-Za-z0-9._~-]+)*")) {
            throw expected(null);
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new OtherServer(scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port + path);
    }

    private static IllegalArgumentException expected(Exception cause) {
        return new IllegalArgumentException(
                "expected the address of a server, such as https://other.example.com:8443", cause);
    }

    public boolean isSecure() {
        return base.startsWith("https:");
    }

    /** Where it has a stream. */
    public String stream(String name) {
        return base + "/" + name;
    }

    @Override
    public String toString() {
        return base;
    }
}
