package dev.sluice.signaling.admin;

import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Gate;
import dev.sluice.signaling.access.Origins;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.Secrets;
import dev.sluice.signaling.config.AdminConfig;
import dev.sluice.signaling.config.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The gate of all management paths: by this computer alone, or by token, or by user and password. Safe for many threads; it may
 * compute a hash and belongs on virtual threads.
 */
public final class AdminAccess implements Gate {
    private static final String HOW = "set admin { token = \"…\" } in the config file";

    private final Supplier<ServerConfig> config;
    private final AuditLog audit;
    private final LoginAttempts attempts;
    private final PasswordChecks hashes;
    /** What passed last, so that a page that asks every second costs one hash. */
    private volatile Passed passed = new Passed(AdminConfig.NONE, new byte[0]);

    private record Passed(AdminConfig config, byte[] digest) {}

    public AdminAccess(Supplier<ServerConfig> config, AuditLog audit, InstantSource clock) {
        this(config, audit, clock, new PasswordChecks());
    }

    AdminAccess(Supplier<ServerConfig> config, AuditLog audit, InstantSource clock, PasswordChecks hashes) {
        this.hashes = hashes;
        this.config = config;
        this.audit = audit;
        this.attempts = new LoginAttempts(clock);
    }

    /** Whatever it asks for: a page of another origin may not even read. */
    @Override
    public Problem check(Caller caller) {
        if (!Origins.isOwn(caller) || isForeignFetch(caller)) {
            return Problem.origin("Pages of other origins may not administer this server.");
        }
        ServerConfig now = config.get();
        return now.admin().isSet() ? checkLogin(now.admin(), caller) : checkLocal(now, caller);
    }

    /** Requests without Origin, such as those of an image's address, say by this header that a page made them. */
    private static boolean isForeignFetch(Caller caller) {
        String site = caller.fetchSite().toLowerCase(Locale.ROOT);
        return site.equals("cross-site") || site.equals("same-site");
    }

    /** A proxy on this computer would let the world in by our loopback address, so what says that it came by one does not. */
    private static Problem checkLocal(ServerConfig now, Caller caller) {
        boolean local = now.listen().isLoopback() && caller.source().isLoopbackAddress() && !caller.forwarded();
        if (!local) {
            return new Problem(403, 4403, "admin_closed", "Administration is closed: " + HOW + ".", 0);
        }
        return Origins.isForeignName(caller.host())
                ? Problem.origin(
                        "Without a token administration answers to localhost and addresses, not to names; " + HOW + ".")
                : null;
    }

    private Problem checkLogin(AdminConfig admin, Caller caller) {
        int waitSeconds = attempts.waitSeconds(caller.source());
        if (waitSeconds > 0) {
            return slowed(waitSeconds);
        }
        String credential = admin.token().isEmpty() ? basic(caller) : caller.bearer();
        if (credential == null) {
            return unauthorized(admin);
        }
        Passed last = passed;
        byte[] digest = Secrets.sha256(credential);
        if (last.config.equals(admin) && MessageDigest.isEqual(digest, last.digest)) {
            return null;
        }
        // Counted before it is known: who asks a hundred times at once has asked a hundred times.
        attempts.onAttempt(caller.source());
        // No conditional expression of the two: it would unbox null.
        Boolean right = Secrets.equal(admin.token(), credential);
        if (admin.token().isEmpty()) {
            right = passwordFits(admin, credential);
        }
        if (right == null) {
            return slowed(1);
        }
        if (!right) {
            audit.failedLogin(caller);
            return unauthorized(admin);
        }
        attempts.onSuccess(caller.source());
        passed = new Passed(admin, digest);
        return null;
    }

    /** Null when too many others are at it. */
    private Boolean passwordFits(AdminConfig admin, String credential) {
        int colon = credential.indexOf(':');
        boolean user = Secrets.equal(admin.user(), credential.substring(0, Math.max(0, colon)));
        // Also for a wrong user: the time must not tell which of the two is wrong.
        return hashes.run(() -> user & PasswordHash.fits(admin.passwordHash(), credential.substring(colon + 1)));
    }

    /** Attempts that were turned away because too many others were at it. */
    public long refusedForHashes() {
        return hashes.refused();
    }

    /** {@code user:password} (RFC 7617), null when there is none. */
    private static String basic(Caller caller) {
        String header = caller.authorization().strip();
        if (!header.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return null;
        }
        try {
            return new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Problem unauthorized(AdminConfig admin) {
        String missing = admin.token().isEmpty() ? "User and password" : "The token";
        String verb = admin.token().isEmpty() ? " are" : " is";
        return new Problem(401, 4401, "admin_login", missing + " for administration" + verb + " missing or wrong.", 0);
    }

    private static Problem slowed(int seconds) {
        return new Problem(429, 4429, "slowed", "Too many attempts; try again in " + seconds + " s.", seconds);
    }

    /** How to log in, as a challenge (RFC 9110 section 11.6.1). */
    String challenge() {
        AdminConfig admin = config.get().admin();
        return admin.isSet() && admin.token().isEmpty() ? "Basic realm=\"Sluice\", charset=\"UTF-8\"" : "Bearer";
    }

    /** By what one comes in: {@code loopback}, {@code closed}, {@code token} or {@code password}. */
    String mode() {
        ServerConfig now = config.get();
        if (!now.admin().isSet()) {
            return now.listen().isLoopback() ? "loopback" : "closed";
        }
        return now.admin().token().isEmpty() ? "password" : "token";
    }

    /** Who somebody is that was let in, for the audit log. */
    String who() {
        AdminConfig admin = config.get().admin();
        return !admin.isSet() ? "local" : admin.token().isEmpty() ? "user:" + admin.user() : "token";
    }
}
