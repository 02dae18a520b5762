package dev.sluice.signaling.access.jwt;

import java.security.Key;

/**
 * A key that tokens are checked with, and the one algorithm that it may be used with: what a token's header says can then only
 * agree (RFC 8725 section 3.1). Immutable.
 *
 * @param id its {@code kid}, empty when it has none
 * @param algorithm HS256, RS256, ES256 or EdDSA
 */
public record TokenKey(String id, String algorithm, Key key) {
    static final String HS256 = "HS256";
    static final String RS256 = "RS256";
    static final String ES256 = "ES256";
    static final String EDDSA = "EdDSA";

    @Override
    public String toString() {
        return "TokenKey[" + algorithm + "]";
    }
}
