package dev.sluice.signaling.session;

import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.SecureTokens;
import dev.sluice.signaling.access.jwt.JwtVerifier;
import dev.sluice.signaling.access.jwt.RemoteKeys;
import dev.sluice.signaling.access.jwt.TokenException;
import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.AuthConfig;
import dev.sluice.signaling.config.Guard;
import dev.sluice.signaling.config.JwtConfig;
import dev.sluice.signaling.config.StreamRule;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What a client shows: a password, a signed token or a secure token. Where a stream asks for several, one of them is enough. Safe for
 * many threads.
 */
final class Credentials {
    private final Supplier<AccessConfig> current;
    private final OutboundHttp http;
    private final InstantSource clock;
    private final Executor executor;
    private Verifier verifier;

    /** @param remote null when there is no URL */
    private record Verifier(JwtConfig config, RemoteKeys remote, JwtVerifier verifier) {}

    Credentials(Supplier<AccessConfig> current, OutboundHttp http, InstantSource clock, Executor executor) {
        this.current = current;
        this.http = http;
        this.clock = clock;
        this.executor = executor;
    }

    /** What a stream asks of one role. */
    private record Wanted(String password, boolean jwt, Guard guard) {
        static Wanted of(Role role, StreamRule rule, AuthConfig auth) {
            return new Wanted(
                    role == Role.PUBLISH ? rule.password() : rule.playPassword(),
                    auth.jwt().isUsed() && rule.access().jwt(),
                    Credentials.guard(role, rule, auth));
        }

        boolean nothing() {
            return password.isEmpty() && !jwt && guard.key().isEmpty();
        }
    }

    static Guard guard(Role role, StreamRule rule, AuthConfig auth) {
        Guard own =
                role == Role.PUBLISH ? rule.access().onPublish() : rule.access().onPlay();
        return own != null ? own : role == Role.PUBLISH ? auth.onPublish() : auth.onPlay();
    }

    /** The token as the client sent it; null when it sent none. */
    static String token(Caller caller, AuthConfig auth) {
        String token = caller.query().get(auth.tokenName());
        return token != null ? token : caller.bearer();
    }

    /** What needs no waiting and no signature: null when it may be right. */
    Problem checkAtOnce(Role role, StreamRule rule, Caller caller) {
        AuthConfig auth = current.get().auth();
        Wanted wanted = Wanted.of(role, rule, auth);
        String token = token(caller, auth);
        if (token != null && token.length() > JwtVerifier.MAX_TOKEN_CHARS) {
            return Problem.token("A token has at most " + JwtVerifier.MAX_TOKEN_CHARS + " characters.");
        }
        if (wanted.nothing() || AccessControl.passwordFits(wanted.password, caller)) {
            return null;
        }
        if (!wanted.jwt && wanted.guard.key().isEmpty()) {
            return Problem.password();
        }
        if (token == null || token.isEmpty()) {
            return Problem.token("A token is needed.");
        }
        boolean formed = wanted.jwt && JwtVerifier.isToken(token)
                || !wanted.guard.key().isEmpty() && SecureTokens.isToken(token);
        return formed ? null : Problem.token("The token has another form than the one that is needed.");
    }

    /** @param rule of the stream */
    Rights check(Role role, String stream, StreamRule rule, Caller caller) throws AccessRefusedException {
        Problem problem = checkAtOnce(role, rule, caller);
        if (problem != null) {
            throw AccessRefusedException.of(problem);
        }
        AuthConfig auth = current.get().auth();
        Wanted wanted = Wanted.of(role, rule, auth);
        if (wanted.nothing()) {
            return Rights.ANYBODY;
        }
        if (AccessControl.passwordFits(wanted.password, caller)) {
            return Rights.BY_PASSWORD;
        }
        String token = token(caller, auth);
        if (token == null) {
            // The configuration was replaced just now.
            throw AccessRefusedException.of(Problem.token("A token is needed."));
        }
        return wanted.jwt && JwtVerifier.isToken(token)
                ? signed(role, stream, caller, auth, token)
                : secure(stream, caller, wanted.guard, token);
    }

    private Rights signed(Role role, String stream, Caller caller, AuthConfig auth, String token)
            throws AccessRefusedException {
        try {
            return new TokenClaims(verifier(auth.jwt()).verify(token, clock.instant()))
                    .rights(role, stream, caller.source());
        } catch (TokenException e) {
            throw e.keysMissing()
                    ? AccessRefusedException.undecided(Problem.accessUnknown(e.getMessage()))
                    : AccessRefusedException.of(Problem.token(e.getMessage()));
        }
    }

    private Rights secure(String stream, Caller caller, Guard guard, String token) throws AccessRefusedException {
        String address = guard.checksAddress() ? caller.source().getHostAddress() : "";
        String user = caller.query().getOrDefault("user_id", "");
        Instant end = SecureTokens.end(guard.key(), token, stream, address, user, clock.instant());
        if (end == null) {
            throw AccessRefusedException.of(Problem.token("The token is wrong, or its time is over."));
        }
        return new Rights(Rights.Kind.SECURE_TOKEN, user, 0, end);
    }

    /** The same one as long as the configuration says the same. */
    private synchronized JwtVerifier verifier(JwtConfig config) {
        Verifier now = verifier;
        if (now == null || !now.config.equals(config)) {
            RemoteKeys remote = remote(config.jwks(), now);
            now = new Verifier(
                    config, remote, new JwtVerifier(config.keys(), remote, config.issuer(), config.audience()));
            verifier = now;
        }
        return now.verifier;
    }

    /** With the keys fetched so far where the URL stayed the same: its server may be down just now. */
    private RemoteKeys remote(URI jwks, Verifier former) {
        if (jwks == null) {
            return null;
        }
        boolean same = former != null && former.remote != null && jwks.equals(former.config.jwks());
        return same ? former.remote : new RemoteKeys(jwks, http, clock, executor);
    }
}
