package dev.sluice.signaling.access.jwt;

import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Checks signed tokens (RFC 7519 in compact form): size, signature by a key whose algorithm is fixed, times, issuer and audience.
 * Safe for many threads; may block while keys are fetched.
 */
public final class JwtVerifier {
    /** Longer ones are not looked at: tokens of real providers have 1 to 3 KiB. */
    public static final int MAX_TOKEN_CHARS = 8 * 1024;

    /** So far may the clocks of the issuer and this machine differ. */
    public static final int SKEW_SECONDS = 30;

    /** Beyond it, or below 0, a number is no time: the year 9999. */
    private static final double LATEST_EPOCH_SECONDS = 253_402_300_799.0;

    private final List<TokenKey> ownKeys;
    private final RemoteKeys remoteKeys;
    private final String issuer;
    private final String audience;

    /**
     * @param ownKeys of the configuration
     * @param remoteKeys null when there is no URL
     * @param issuer what {@code iss} must be, empty: anything
     * @param audience what {@code aud} must have, empty: anything
     */
    public JwtVerifier(List<TokenKey> ownKeys, RemoteKeys remoteKeys, String issuer, String audience) {
        this.ownKeys = List.copyOf(ownKeys);
        this.remoteKeys = remoteKeys;
        this.issuer = issuer;
        this.audience = audience;
    }

    /** Whether a text has the form of a token; others are not worth an error about tokens. */
    public static boolean isToken(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        return first > 0 && second > first && text.indexOf('.', second + 1) < 0;
    }

    /**
     * The claims of a token that is good now.
     *
     * @throws TokenException in words for the client
     */
    public Map<String, Object> verify(String token, Instant now) throws TokenException {
        if (token.length() > MAX_TOKEN_CHARS || !isToken(token)) {
            throw TokenException.refused("This is not a signed token (JWT).");
        }
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token);
            String algorithm = jws.getAlgorithmHeaderValue();
            String id = jws.getKeyIdHeaderValue();
            if (!isSigned(jws, algorithm, id)) {
                throw TokenException.refused("The token's signature is not right.");
            }
            Map<String, Object> claims = Json.parseObject(jws.getPayload());
            checkTimes(claims, now);
            checkNames(claims);
            return claims;
        } catch (JoseException | JsonException | RuntimeException e) {
            // The library throws what a hostile header's form makes it throw.
            throw TokenException.refused("This is not a signed token (JWT).");
        }
    }

    private boolean isSigned(JsonWebSignature jws, String algorithm, String id) throws TokenException {
        if (algorithm == null) {
            return false;
        }
        // Our own keys may have no id, and the token one all the same.
        if (isSignedByAny(jws, algorithm, id == null ? "" : id, ownKeys)) {
            return true;
        }
        if (remoteKeys == null) {
            return false;
        }
        List<TokenKey> keys = remoteKeys.keys(id);
        if (keys.isEmpty()) {
            throw TokenException.withoutKeys();
        }
        return isSignedByAny(jws, algorithm, id == null ? "" : id, keys);
    }

    private static boolean isSignedByAny(JsonWebSignature jws, String algorithm, String id, List<TokenKey> keys) {
        for (TokenKey key : keys) {
            boolean named = id.isEmpty() || key.id().isEmpty() || key.id().equals(id);
            if (named && key.algorithm().equals(algorithm) && isSignedBy(jws, key)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSignedBy(JsonWebSignature jws, TokenKey key) {
        jws.setAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, key.algorithm()));
        jws.setKey(key.key());
        try {
            return jws.verifySignature();
        } catch (JoseException e) {
            return false;
        }
    }

    private static void checkTimes(Map<String, Object> claims, Instant now) throws TokenException {
        double seconds = now.toEpochMilli() / 1000.0;
        if (time(claims, "exp", Double.MAX_VALUE) + SKEW_SECONDS <= seconds) {
            throw TokenException.refused("The token has expired.");
        }
        if (time(claims, "nbf", 0) - SKEW_SECONDS > seconds) {
            throw TokenException.refused("The token is not valid yet.");
        }
    }

    /** Seconds since 1970; what is no such number is no right without end, but an error. */
    private static double time(Map<String, Object> claims, String name, double otherwise) throws TokenException {
        if (!claims.containsKey(name)) {
            return otherwise;
        }
        if (claims.get(name) instanceof Double seconds && seconds >= 0 && seconds <= LATEST_EPOCH_SECONDS) {
            return seconds;
        }
        throw TokenException.refused("The token's " + name + " is not a time.");
    }

    private void checkNames(Map<String, Object> claims) throws TokenException {
        if (!issuer.isEmpty() && !issuer.equals(claims.get("iss"))) {
            throw TokenException.refused("The token is of another issuer.");
        }
        Object given = claims.get("aud");
        if (!audience.isEmpty()
                && !audience.equals(given)
                && !(given instanceof List<?> several && several.contains(audience))) {
            throw TokenException.refused("The token is for another audience.");
        }
    }

    /** When a verified token's right ends, the skew included; {@link Instant#MAX} when it says nothing of it. */
    public static Instant end(Map<String, Object> claims) {
        return claims.get("exp") instanceof Double seconds
                ? Instant.ofEpochMilli((long) (seconds * 1000)).plusSeconds(SKEW_SECONDS)
                : Instant.MAX;
    }
}
