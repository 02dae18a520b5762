package dev.sluice.signaling.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Section {@code auth}: what is asked of publishers and players besides a stream's passwords. Immutable.
 *
 * @param tokenName the query parameter that a token comes in
 * @param onPublish for streams that say nothing else
 * @param onPlay for streams that say nothing else
 * @param keepsOnFailure whether running sessions go on while a hook does not answer
 */
public record AuthConfig(String tokenName, JwtConfig jwt, Guard onPublish, Guard onPlay, boolean keepsOnFailure) {
    public static final AuthConfig NONE = new AuthConfig("token", JwtConfig.NONE, Guard.NONE, Guard.NONE, false);

    /** @param folder of the config file, where relative names of files begin */
    static AuthConfig read(Section root, Path folder) throws ConfigException {
        if (!root.has("auth")) {
            return NONE;
        }
        Section auth = root.section("auth", List.of("token_name", "jwt", "on_publish", "on_play", "on_failure"));
        return new AuthConfig(
                auth.parsed("token_name", NONE.tokenName, AuthConfig::parseName),
                JwtConfig.read(auth, folder),
                auth.parsed("on_publish", Guard.NONE, Guard::parse),
                auth.parsed("on_play", Guard.NONE, Guard::parse),
                auth.parsed("on_failure", false, AuthConfig::parseFailure));
    }

    private static String parseName(String text) {
        if (!text.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException("expected a parameter's name of letters, digits and _ . -");
        }
        return text;
    }

    private static Boolean parseFailure(String text) {
        return switch (text) {
            case "refuse" -> false;
            case "keep" -> true;
            default -> throw new IllegalArgumentException("expected refuse or keep, found " + text);
        };
    }
}
