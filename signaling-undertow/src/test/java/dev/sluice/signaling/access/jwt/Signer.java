package dev.sluice.signaling.access.jwt;

import dev.sluice.signaling.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Somebody who signs tokens, by the JDK alone, so that nothing is checked against itself. Immutable. */
public final class Signer {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String id;
    private final String algorithm;
    private final KeyPair pair;
    private final byte[] secret;

    private Signer(String id, String algorithm, KeyPair pair, byte[] secret) {
        this.id = id;
        this.algorithm = algorithm;
        this.pair = pair;
        this.secret = secret;
    }

    public static Signer rsa(String id) throws GeneralSecurityException {
        return rsa(id, 2_048);
    }

    static Signer rsa(String id, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return new Signer(id, "RS256", generator.generateKeyPair(), null);
    }

    public static Signer ec(String id) throws GeneralSecurityException {
        return ec(id, "secp256r1");
    }

    static Signer ec(String id, String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return new Signer(id, "ES256", generator.generateKeyPair(), null);
    }

    public static Signer ed25519(String id) throws GeneralSecurityException {
        return new Signer(id, "EdDSA", KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), null);
    }

    public static Signer secret(String text) {
        return new Signer("", "HS256", null, text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] publicKey() {
        return pair.getPublic().getEncoded();
    }

    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(publicKey())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** Of name, value, name, value. */
    public String token(Object... claims) throws GeneralSecurityException {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", algorithm);
        if (!id.isEmpty()) {
            header.put("kid", id);
        }
        return token(header, claims);
    }

    String token(Map<String, Object> header, Object... claims) throws GeneralSecurityException {
        Map<String, Object> body = new LinkedHashMap<>();
        for (int i = 0; i < claims.length; i += 2) {
            body.put((String) claims[i], claims[i + 1]);
        }
        String text = encoded(Json.write(header)) + "." + encoded(Json.write(body));
        return text + "." + BASE64.encodeToString(sign(text.getBytes(StandardCharsets.US_ASCII)));
    }

    static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] sign(byte[] text) throws GeneralSecurityException {
        return switch (algorithm) {
            case "HS256" -> {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                yield mac.doFinal(text);
            }
            case "RS256" -> sign("SHA256withRSA", pair.getPrivate(), text);
            case "ES256" -> sign("SHA256withECDSAinP1363Format", pair.getPrivate(), text);
            default -> sign("Ed25519", pair.getPrivate(), text);
        };
    }

    private static byte[] sign(String name, PrivateKey key, byte[] text) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(name);
        signature.initSign(key);
        signature.update(text);
        return signature.sign();
    }

    /** As a provider publishes it. */
    public Map<String, Object> jwk() {
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("kid", id);
        jwk.put("use", "sig");
        jwk.put("alg", algorithm);
        switch (pair.getPublic()) {
            case RSAPublicKey rsa -> {
                jwk.put("kty", "RSA");
                jwk.put(
                        "n",
                        number(rsa.getModulus().toByteArray(), rsa.getModulus().bitLength() / 8));
                jwk.put("e", "AQAB");
            }
            case ECPublicKey ec -> {
                jwk.put("kty", "EC");
                jwk.put("crv", "P-256");
                jwk.put("x", number(ec.getW().getAffineX().toByteArray(), 32));
                jwk.put("y", number(ec.getW().getAffineY().toByteArray(), 32));
            }
            case EdECPublicKey ed -> {
                byte[] encoded = ed.getEncoded();
                jwk.put("kty", "OKP");
                jwk.put("crv", "Ed25519");
                jwk.put("x", BASE64.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
            }
            default -> throw new IllegalStateException("no such key is made here");
        }
        return jwk;
    }

    /** Unsigned, in exactly so many bytes. */
    private static String number(byte[] bytes, int length) {
        byte[] exact = new byte[length];
        int copied = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - copied, exact, length - copied, copied);
        return BASE64.encodeToString(exact);
    }

    /** As Keycloak answers: with a key for encryption among those for signatures. */
    public static String jwks(Signer... signers) throws GeneralSecurityException {
        List<Object> keys = new java.util.ArrayList<>();
        for (Signer signer : signers) {
            keys.add(signer.jwk());
        }
        Map<String, Object> encryption = rsa("enc").jwk();
        encryption.put("use", "enc");
        encryption.put("alg", "RSA-OAEP");
        keys.add(encryption);
        return Json.write(Map.of("keys", keys));
    }
}
