package dev.sluice.signaling.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * What {@code on_publish} or {@code on_play} names: a server that is asked, or the key of tokens that need no server. Immutable.
 *
 * @param hook who is asked, null when nobody is
 * @param key of secure tokens, empty when there are none
 * @param checksAddress whether a secure token is bound to the client's address
 */
public record Guard(URI hook, String key, boolean checksAddress) {
    public static final Guard NONE = new Guard(null, "", true);

    private static final String SECURE_TOKEN = "securetoken://";
    private static final String NO_ADDRESS = "?no_check_ip=true";

    /** @throws IllegalArgumentException with what was expected, without the text: it may be a secret */
    static Guard parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        if (text.startsWith(SECURE_TOKEN)) {
            boolean checksAddress = !text.endsWith(NO_ADDRESS);
            String key =
                    text.substring(SECURE_TOKEN.length(), text.length() - (checksAddress ? 0 : NO_ADDRESS.length()));
            if (!key.matches("[\\x21-\\x7e&&[^?/]]{8,200}")) {
                throw new IllegalArgumentException("expected securetoken:// and a key of 8 to 200 visible characters");
            }
            return new Guard(null, key, checksAddress);
        }
        return new Guard(parseHttp(text), "", true);
    }

    /** What {@link #parse} makes the same of: it may be a secret. */
    String text() {
        if (hook != null) {
            return hook.toString();
        }
        return key.isEmpty() ? "" : SECURE_TOKEN + key + (checksAddress ? "" : NO_ADDRESS);
    }

    /** What may be shown of it: paths of hooks often are secrets. {@link #parse} takes none of these. */
    public String shown() {
        if (hook != null) {
            return "hook " + hook.getScheme() + "://" + hook.getRawAuthority();
        }
        return key.isEmpty() ? "none" : "securetoken" + (checksAddress ? "" : ", any address");
    }

    /** @throws IllegalArgumentException when it is none */
    static URI parseHttp(String text) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new IllegalArgumentException("expected a URL with http:// or https:// and a host, without a user");
    }

    @Override
    public String toString() {
        return "Guard[" + (hook != null ? hook.getHost() : key.isEmpty() ? "none" : "securetoken") + "]";
    }
}
