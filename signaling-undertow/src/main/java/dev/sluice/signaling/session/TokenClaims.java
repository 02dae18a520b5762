package dev.sluice.signaling.session;

import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.jwt.JwtVerifier;
import dev.sluice.signaling.config.AddressRange;
import dev.sluice.signaling.config.StreamRules;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * What the claims of a verified token allow: {@code publish} and {@code play} name streams, {@code ip} addresses, {@code sub} the
 * user; {@code mediamtx_permissions} is read as MediaMTX does. What cannot be read allows nothing. Immutable.
 */
final class TokenClaims {
    private static final int MAX_USER_CHARS = 256;
    private static final int MAX_SESSIONS = 1_000_000;

    private final Map<String, Object> claims;

    TokenClaims(Map<String, Object> claims) {
        this.claims = claims;
    }

    Rights rights(Role role, String stream, InetAddress source) throws AccessRefusedException {
        if (!names(role, stream)) {
            throw AccessRefusedException.of(Problem.forbidden(
                    role == Role.PUBLISH
                            ? "The token is not for publishing this stream."
                            : "The token is not for playing this stream."));
        }
        if (claims.containsKey("ip") && !isFrom(source)) {
            throw AccessRefusedException.of(Problem.forbidden("The token is for another address."));
        }
        return new Rights(Rights.Kind.JWT, user(), maxSessions(), JwtVerifier.end(claims));
    }

    private boolean names(Role role, String stream) {
        Object patterns = claims.get(role == Role.PUBLISH ? "publish" : "play");
        for (Object pattern : listed(patterns)) {
            if (pattern instanceof String text && StreamRules.fits(text, stream)) {
                return true;
            }
        }
        for (Object permission : listed(claims.get("mediamtx_permissions"))) {
            if (permission instanceof Map<?, ?> map
                    && (role == Role.PUBLISH ? "publish" : "read").equals(map.get("action"))
                    && isPath(map.get("path"), stream)) {
                return true;
            }
        }
        return false;
    }

    /** An empty path is every stream. Regular expressions, which begin with a tilde, fit nothing here. */
    private static boolean isPath(Object path, String stream) {
        return path == null || path.equals("") || path.equals(stream);
    }

    private boolean isFrom(InetAddress source) {
        for (Object range : listed(claims.get("ip"))) {
            try {
                if (range instanceof String text && AddressRange.parse(text).contains(source)) {
                    return true;
                }
            } catch (IllegalArgumentException e) {
                // What is no address is nobody's.
            }
        }
        return false;
    }

    private static List<?> listed(Object value) {
        return value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
    }

    private String user() throws AccessRefusedException {
        Object user = claims.get("sub");
        if (user == null) {
            return "";
        }
        if (user instanceof String text
                && text.length() <= MAX_USER_CHARS
                && text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        throw AccessRefusedException.of(Problem.token("The token's sub is not a user's name."));
    }

    private int maxSessions() throws AccessRefusedException {
        Object most = claims.get("max_sessions");
        if (most == null) {
            return 0;
        }
        if (most instanceof Double number && number >= 1 && number <= MAX_SESSIONS && number == Math.rint(number)) {
            return number.intValue();
        }
        throw AccessRefusedException.of(Problem.token("The token's max_sessions is not a number from 1."));
    }
}
