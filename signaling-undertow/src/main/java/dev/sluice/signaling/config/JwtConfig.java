package dev.sluice.signaling.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import dev.sluice.signaling.access.jwt.TokenKey;
import dev.sluice.signaling.access.jwt.TokenKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which signed tokens count. Immutable.
 *
 * @param keys of the configuration itself and of files it names
 * @param jwks where further keys are, null: nowhere
 * @param issuer what a token's {@code iss} must be, empty: anything
 * @param audience what a token's {@code aud} must have, empty: anything
 */
public record JwtConfig(List<TokenKey> keys, URI jwks, String issuer, String audience) {
    /** Without keys there are no tokens. */
    public static final JwtConfig NONE = new JwtConfig(List.of(), null, "", "");

    /** A key or a set of keys has some kilobytes. */
    private static final long MAX_FILE_BYTES = 1 << 20;

    public boolean isUsed() {
        return !keys.isEmpty() || jwks != null;
    }

    static JwtConfig read(Section auth, Path folder) throws ConfigException {
        if (!auth.has("jwt")) {
            return NONE;
        }
        Section jwt = auth.section("jwt", List.of("secret", "key", "jwks", "issuer", "audience"));
        List<TokenKey> keys = new ArrayList<>();
        if (jwt.has("secret")) {
            keys.add(jwt.parsed("secret", null, TokenKeys::secret));
        }
        for (ConfigValue file : files(jwt)) {
            keys.addAll(Section.parse(file, "auth.jwt.key", name -> TokenKeys.pem(text(folder, name))));
        }
        String jwks = jwt.text("jwks", "");
        boolean remote = jwks.contains("://");
        if (!remote && !jwks.isEmpty()) {
            keys.addAll(jwt.parsed("jwks", List.of(), name -> TokenKeys.jwks(text(folder, name), true)));
        }
        JwtConfig config = new JwtConfig(
                List.copyOf(keys),
                remote ? jwt.parsed("jwks", null, Guard::parseHttp) : null,
                jwt.text("issuer", ""),
                jwt.text("audience", ""));
        if (!config.isUsed()) {
            throw Section.error(auth.value("jwt"), "auth.jwt: expected secret, key or jwks");
        }
        return config;
    }

    /** One file or a list of them. */
    private static List<ConfigValue> files(Section jwt) {
        if (!jwt.has("key")) {
            return List.of();
        }
        return jwt.value("key") instanceof ConfigList list ? list : List.of(jwt.value("key"));
    }

    private static String text(Path folder, String name) {
        try {
            Path file = folder.resolve(name);
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("expected a file of at most 1 MiB: " + name);
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + name, e);
        }
    }
}
