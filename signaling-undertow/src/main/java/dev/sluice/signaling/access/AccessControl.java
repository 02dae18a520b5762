package dev.sluice.signaling.access;

import dev.sluice.engine.StreamSettings;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.StreamName;
import dev.sluice.signaling.config.StreamRule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Decides on origins, declared streams and passwords. Immutable. */
public final class AccessControl {
    /** What a client wants of a stream. */
    public enum Role {
        PUBLISH,
        PLAY
    }

    private final AccessConfig config;

    public AccessControl(AccessConfig config) {
        this.config = config;
    }

    /** Null when the page, if it is one, may do that. */
    public Problem checkOrigin(Role role, Caller caller) {
        OriginRule rule = role == Role.PUBLISH ? config.publishOrigins() : config.playOrigins();
        if (!Origins.allows(rule, caller)) {
            return Problem.origin(
                    config.open()
                            ? "Without a config only pages of this computer may use Sluice."
                            : "Pages of this origin may not do that here.");
        }
        // A page of a foreign name that was made to resolve to loopback sends GETs without Origin: its Host tells.
        if (config.open() && Origins.isForeignName(caller.host())) {
            return Problem.origin("Without a config Sluice answers to localhost and addresses, not to names.");
        }
        return null;
    }

    /** Whether any origin may do that, so that CORS can say {@code *}. */
    public boolean allowsAnyOrigin(Role role) {
        OriginRule rule = role == Role.PUBLISH ? config.publishOrigins() : config.playOrigins();
        return rule.kind() == OriginRule.Kind.ANY;
    }

    /**
     * Null when the stream is declared and the password, if it has one, is given.
     *
     * @param offered passwords of the request, any of which may fit; null ones are left out
     */
    public Problem checkStream(Role role, String stream, String... offered) {
        Optional<StreamRule> rule = config.streams().find(stream);
        if (rule.isEmpty()) {
            return notDeclared(stream);
        }
        String password =
                role == Role.PUBLISH ? rule.get().password() : rule.get().playPassword();
        if (password.isEmpty()) {
            return null;
        }
        boolean fits = false;
        for (String candidate : offered) {
            fits |= candidate != null && equalInConstantTime(password, candidate);
        }
        return fits ? null : Problem.password();
    }

    /** What the config says of a stream's media. */
    public StreamSettings settings(String stream) {
        return config.streams().find(stream).map(StreamRule::settings).orElse(StreamSettings.DEFAULTS);
    }

    /** Null when the stream is declared, whoever asks. */
    public Problem checkDeclared(String stream) {
        return config.streams().find(stream).isPresent() ? null : notDeclared(stream);
    }

    /** Only a valid name is repeated: it has no character that could mean something in a page, a log or a frame. */
    private static Problem notDeclared(String stream) {
        return StreamName.isValid(stream)
                ? Problem.notDeclared("No stream \"" + stream + "\" is declared here.")
                : Problem.notDeclared("This is not the name of a stream.");
    }

    /** Digests are compared, so that the time tells nothing of the password, not even its length. */
    private static boolean equalInConstantTime(String a, String b) {
        return MessageDigest.isEqual(sha256(a), sha256(b));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
