package dev.sluice.signaling.access.jwt;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Reads keys in the forms they come in. Immutable. */
public final class TokenKeys {
    /** HS256 with a shorter secret is weaker than its hash (RFC 7518 section 3.2). */
    private static final int MIN_SECRET_BYTES = 32;

    private static final int MIN_RSA_BITS = 2_048;

    /** No provider rotates through more; each key costs a signature check where a token has no kid. */
    private static final int MAX_KEYS = 64;

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private TokenKeys() {}

    /** @throws IllegalArgumentException with what was expected */
    public static TokenKey secret(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "expected a secret of at least " + MIN_SECRET_BYTES + " bytes, such as of: openssl rand -hex 32");
        }
        return new TokenKey("", TokenKey.HS256, new HmacKey(bytes));
    }

    /**
     * Public keys or certificates (RFC 7468).
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static List<TokenKey> pem(String text) {
        List<TokenKey> keys = new ArrayList<>();
        Matcher matcher = PEM.matcher(text);
        while (matcher.find()) {
            TokenKey key =
                    of("", publicKey(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            if (key == null) {
                throw new IllegalArgumentException(
                        "expected an RSA key of 2048 bits or more, an EC key on P-256, or an Ed25519 key");
            }
            keys.add(key);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("expected a block BEGIN PUBLIC KEY or BEGIN CERTIFICATE");
        }
        return keys;
    }

    private static PublicKey publicKey(String label, byte[] der) {
        if (label.equals("CERTIFICATE")) {
            try {
                return CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der))
                        .getPublicKey();
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("a block BEGIN CERTIFICATE is not an X.509 certificate", e);
            }
        }
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // The encoding names its algorithm; only that one's factory takes it.
            }
        }
        throw new IllegalArgumentException("expected an RSA, EC or Ed25519 public key");
    }

    /**
     * The keys of a set that tokens can be checked with; others, such as those for encryption, are passed over.
     *
     * @param secrets whether keys of type {@code oct} count: in a file of ours, never from a URL
     * @throws IllegalArgumentException when it is no JWK set, or one without such a key, or too large a one
     */
    public static List<TokenKey> jwks(String json, boolean secrets) {
        List<TokenKey> keys = new ArrayList<>();
        try {
            for (JsonWebKey jwk : new JsonWebKeySet(json).getJsonWebKeys()) {
                TokenKey key = of(jwk.getKeyId() == null ? "" : jwk.getKeyId(), jwk.getKey());
                boolean signs = jwk.getUse() == null || jwk.getUse().equals("sig");
                if (key != null
                        && signs
                        && (jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(key.algorithm()))
                        && (secrets || !key.algorithm().equals(TokenKey.HS256))) {
                    keys.add(key);
                }
            }
        } catch (JoseException | RuntimeException e) {
            // The parser throws what its JSON's form makes it throw, class casts included.
            throw new IllegalArgumentException("expected a JWK set, {\"keys\":[…]}", e);
        }
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("expected a JWK set of 1 to " + MAX_KEYS + " keys for "
                    + "RS256, ES256 or EdDSA, found " + keys.size());
        }
        return List.copyOf(keys);
    }

    /** Null when it is too weak or of a kind that no algorithm here takes. */
    private static TokenKey of(String id, Key key) {
        return switch (key) {
            case RSAPublicKey rsa
            when rsa.getModulus().bitLength() >= MIN_RSA_BITS -> new TokenKey(id, TokenKey.RS256, key);
            case ECPublicKey ec when isP256(ec) -> new TokenKey(id, TokenKey.ES256, key);
            case EdECPublicKey ed
            when ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) ->
                new TokenKey(id, TokenKey.EDDSA, key);
            case SecretKey secret
            when secret.getEncoded().length >= MIN_SECRET_BYTES ->
                new TokenKey(id, TokenKey.HS256, new HmacKey(secret.getEncoded()));
            case null, default -> null;
        };
    }

    private static boolean isP256(ECPublicKey key) {
        return "P-256".equals(EllipticCurves.getName(key.getParams().getCurve()));
    }
}
