package dev.sluice.signaling.access;

import dev.sluice.engine.StreamSettings;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.StreamName;
import dev.sluice.signaling.config.StreamRule;
import java.util.function.Supplier;

/** Decides on origins, declared streams and passwords by the configuration in force. Safe for many threads. */
public final class AccessControl {
    /** What a client wants of a stream. */
    public enum Role {
        PUBLISH,
        PLAY
    }

    private final Supplier<AccessConfig> current;

    /** @param current what is in force whenever it is asked */
    public AccessControl(Supplier<AccessConfig> current) {
        this.current = current;
    }

    /** Null when the page, if it is one, may do that. */
    public Problem checkOrigin(Role role, Caller caller) {
        AccessConfig config = current.get();
        OriginRule rule = rule(config, role);
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
        return rule(current.get(), role).kind() == OriginRule.Kind.ANY;
    }

    private static OriginRule rule(AccessConfig config, Role role) {
        return role == Role.PUBLISH ? config.publishOrigins() : config.playOrigins();
    }

    /** Whether a stream's password is given; false when it has none. */
    public static boolean passwordFits(String password, Caller caller) {
        return !password.isEmpty() && (fits(password, caller.password()) | fits(password, caller.bearer()));
    }

    /** @throws AccessRefusedException when the stream is not declared, or switched off */
    public StreamRule rule(String stream) throws AccessRefusedException {
        StreamRule rule =
                current.get().streams().find(stream).orElseThrow(() -> AccessRefusedException.of(notDeclared(stream)));
        if (rule.disabled()) {
            throw AccessRefusedException.of(Problem.disabled());
        }
        return rule;
    }

    /** What the config says of a stream's media. */
    public StreamSettings settings(String stream) {
        return current.get().streams().find(stream).map(StreamRule::settings).orElse(StreamSettings.DEFAULTS);
    }

    /** Null when the stream is declared, whoever asks. */
    public Problem checkDeclared(String stream) {
        return current.get().streams().find(stream).isPresent() ? null : notDeclared(stream);
    }

    /** Only a valid name is repeated: it has no character that could mean something in a page, a log or a frame. */
    private static Problem notDeclared(String stream) {
        return StreamName.isValid(stream)
                ? Problem.notDeclared("No stream \"" + stream + "\" is declared here.")
                : Problem.notDeclared("This is not the name of a stream.");
    }

    private static boolean fits(String password, String offered) {
        return offered != null && Secrets.equal(password, offered);
    }
}
