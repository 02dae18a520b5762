package dev.sluice.signaling.config;

import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may administer. Immutable.
 *
 * @param token empty: none
 * @param user empty: none
 * @param passwordHash of that user, Argon2id in PHC's form
 */
public record AdminConfig(String token, String user, String passwordHash) {
    /** Nothing said: only on loopback. */
    public static final AdminConfig NONE = new AdminConfig("", "", "");

    static final List<String> KEYS = List.of("token", "user", "password_hash");

    private static final int LEAST_TOKEN_CHARS = 16;
    private static final Pattern HASH = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})\\$[A-Za-z0-9+/]{11,86}\\$[A-Za-z0-9+/]{22,86}");
    /** What one attempt to log in may take of this machine. */
    private static final int MOST_KIB = 262_144;

    private static final int MOST_PASSES = 10;

    static AdminConfig read(Section admin, ConfigValue whole) throws ConfigException {
        AdminConfig config = new AdminConfig(
                admin.parsed("token", "", AdminConfig::parseToken),
                admin.parsed("user", "", AdminConfig::parseUser),
                admin.parsed("password_hash", "", AdminConfig::parseHash));
        boolean named = !config.user.isEmpty() && !config.passwordHash.isEmpty();
        if (named != config.token.isEmpty() || !named && !(config.user + config.passwordHash).isEmpty()) {
            throw Section.error(whole, "admin: expected either token, or user and password_hash");
        }
        return config;
    }

    private static String parseToken(String text) {
        if (text.length() < LEAST_TOKEN_CHARS || !text.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException(
                    "expected at least " + LEAST_TOKEN_CHARS + " visible ASCII characters, without blanks");
        }
        return text;
    }

    private static String parseUser(String text) {
        if (!text.matches("[\\x21-\\x39\\x3b-\\x7e]{1,64}")) {
            throw new IllegalArgumentException("expected 1 to 64 visible ASCII characters, without blanks and colons");
        }
        return text;
    }

    private static String parseHash(String text) {
        Matcher matcher = HASH.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected what ./run hash-password prints: $argon2id$v=19$m=…");
        }
        int kib = Integer.parseInt(matcher.group(1));
        int passes = Integer.parseInt(matcher.group(2));
        if (kib < 8
                || kib > MOST_KIB
                || passes < 1
                || passes > MOST_PASSES
                || !matcher.group(3).equals("1")) {
            throw new IllegalArgumentException("expected m of at most " + MOST_KIB + " KiB, t of at most " + MOST_PASSES
                    + " and p=1, or an attempt to log in would cost too much");
        }
        return text;
    }

    public boolean isSet() {
        return !token.isEmpty() || !user.isEmpty();
    }

    /** Never the token or the hash. */
    @Override
    public String toString() {
        return "AdminConfig[" + (token.isEmpty() ? user.isEmpty() ? "none" : "password" : "token") + "]";
    }
}
