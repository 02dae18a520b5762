package dev.sluice.signaling.access.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.signaling.TestClock;
import dev.sluice.signaling.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
    private static final String SECRET = "a secret of more than thirty-two bytes";

    private final TestClock clock = new TestClock();

    private static Signer signer(String algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case "HS256" -> Signer.secret(SECRET);
            case "RS256" -> Signer.rsa("");
            case "ES256" -> Signer.ec("");
            default -> Signer.ed25519("");
        };
    }

    private static List<TokenKey> keys(String algorithm, Signer signer) {
        return algorithm.equals("HS256") ? List.of(TokenKeys.secret(SECRET)) : TokenKeys.pem(signer.pem());
    }

    private static JwtVerifier with(List<TokenKey> keys) {
        return new JwtVerifier(keys, null, "", "");
    }

    private String refusal(JwtVerifier verifier, String token) {
        return assertThrows(TokenException.class, () -> verifier.verify(token, clock.instant()))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "RS256", "ES256", "EdDSA"})
    void shouldTakeWhatIsSignedAndNothingElse(String algorithm) throws Exception {
        Signer signer = signer(algorithm);
        JwtVerifier verifier = with(keys(algorithm, signer));
        String token = signer.token("sub", "ada", "exp", clock.seconds() + 60);
        assertEquals("ada", verifier.verify(token, clock.instant()).get("sub"));

        String other = signer.token("sub", "eve", "exp", clock.seconds() + 60);
        String signature = token.substring(token.lastIndexOf('.'));
        String wrong = "The token's signature is not right.";
        assertEquals(wrong, refusal(verifier, other.substring(0, other.lastIndexOf('.')) + signature));
        assertEquals(wrong, refusal(verifier, token.substring(0, token.lastIndexOf('.') + 1)));
        assertEquals(wrong, refusal(verifier, token.substring(0, token.length() - 8) + "AAAAAAAA"));
    }

    @Test
    void shouldRefuseNoneWhateverItIsCalled() throws Exception {
        Signer signer = Signer.secret(SECRET);
        JwtVerifier verifier = with(List.of(TokenKeys.secret(SECRET)));
        for (String none : List.of("none", "None", "NONE", "nOnE", "")) {
            String text =
                    Signer.encoded(Json.write(Map.of("alg", none))) + "." + Signer.encoded("{\"sub\":\"eve\"}") + ".";
            refusal(verifier, text);
            refusal(verifier, text + signer.token("sub", "eve").split("\\.", -1)[2]);
        }
        refusal(verifier, Signer.encoded("{}") + "." + Signer.encoded("{\"sub\":\"eve\"}") + ".");
    }

    /** The public key of RS256 and its like is no secret: as one of HS256 anybody could sign with it. */
    @Test
    void shouldNotTakeAPublicKeyForASecret() throws Exception {
        for (Signer signer : List.of(Signer.rsa(""), Signer.ec(""), Signer.ed25519(""))) {
            JwtVerifier verifier = with(TokenKeys.pem(signer.pem()));
            for (String secret : List.of(signer.pem(), new String(signer.publicKey(), StandardCharsets.ISO_8859_1))) {
                refusal(verifier, Signer.secret(secret).token("sub", "eve"));
            }
        }
    }

    /** Each key is of one algorithm, so a header that names another one leads nowhere. */
    @Test
    void shouldNotMixKeyTypes() throws Exception {
        List<Signer> signers = List.of(Signer.rsa("k"), Signer.ec("k"), Signer.ed25519("k"), Signer.secret(SECRET));
        List<TokenKey> keys = new ArrayList<>(TokenKeys.jwks(Signer.jwks(signers.get(0)), false));
        JwtVerifier verifier = with(keys);
        for (Signer signer : signers.subList(1, 4)) {
            for (String algorithm : List.of("RS256", "ES256", "EdDSA", "HS256", "PS256", "RS512", "ES384")) {
                refusal(verifier, signer.token(Map.of("alg", algorithm, "kid", "k"), "sub", "eve"));
            }
        }
        refusal(verifier, signers.get(0).token(Map.of("alg", "RS512", "kid", "k"), "sub", "eve"));
        verifier.verify(signers.get(0).token("sub", "ada"), clock.instant());
    }

    @Test
    void shouldNotUseKeysThatTheTokenBringsAlong() throws Exception {
        Signer eve = Signer.rsa("k");
        JwtVerifier verifier = with(TokenKeys.pem(Signer.rsa("").pem()));
        refusal(verifier, eve.token(Map.of("alg", "RS256", "jwk", eve.jwk()), "sub", "eve"));
        refusal(verifier, eve.token(Map.of("alg", "RS256", "jku", "http://127.0.0.1:1/keys"), "sub", "eve"));
        refusal(verifier, eve.token(Map.of("alg", "RS256", "crit", List.of("x"), "x", 1), "sub", "eve"));
    }

    @Test
    void shouldKeepTimesWithThirtySecondsOfSkew() throws Exception {
        Signer signer = Signer.secret(SECRET);
        JwtVerifier verifier = with(List.of(TokenKeys.secret(SECRET)));
        long now = clock.seconds();
        verifier.verify(signer.token("exp", now - 29), clock.instant());
        assertEquals("The token has expired.", refusal(verifier, signer.token("exp", now - 30)));
        verifier.verify(signer.token("nbf", now + 30), clock.instant());
        assertEquals("The token is not valid yet.", refusal(verifier, signer.token("nbf", now + 31)));
        assertEquals(
                clock.instant().plusSeconds(130),
                JwtVerifier.end(verifier.verify(signer.token("exp", now + 100), clock.instant())));
        for (Object bad : List.of("tomorrow", "9999999999", -1, 1e300, true, List.of())) {
            assertEquals("The token's exp is not a time.", refusal(verifier, signer.token("exp", bad)));
            assertEquals("The token's nbf is not a time.", refusal(verifier, signer.token("nbf", bad)));
        }
    }

    @Test
    void shouldWantIssuerAndAudienceWhenTheyAreNamed() throws Exception {
        Signer signer = Signer.secret(SECRET);
        JwtVerifier verifier = new JwtVerifier(List.of(TokenKeys.secret(SECRET)), null, "https://id", "sluice");
        verifier.verify(signer.token("iss", "https://id", "aud", "sluice"), clock.instant());
        verifier.verify(signer.token("iss", "https://id", "aud", List.of("web", "sluice")), clock.instant());
        assertEquals("The token is of another issuer.", refusal(verifier, signer.token("aud", "sluice")));
        assertEquals(
                "The token is for another audience.",
                refusal(verifier, signer.token("iss", "https://id", "aud", List.of("web"))));
    }

    @Test
    void shouldRefuseWhatIsNoTokenWithoutParsingMuchOfIt() throws Exception {
        JwtVerifier verifier = with(List.of(TokenKeys.secret(SECRET)));
        String good = Signer.secret(SECRET).token("sub", "x".repeat(100_000));
        List<String> bad = new ArrayList<>(List.of("", ".", "..", "...", "a.b.c", "a.b", good, "a".repeat(100_000)));
        bad.add(Signer.encoded("[]") + "." + Signer.encoded("{}") + ".AAAA");
        bad.add(Signer.encoded("{\"alg\":7}") + "." + Signer.encoded("{}") + ".AAAA");
        bad.add(Signer.encoded("{\"alg\":\"HS256\",\"kid\":[]}") + "." + Signer.encoded("{}") + ".AAAA");
        bad.add(Signer.encoded("{\"alg\":" + "[".repeat(5_000)) + "." + Signer.encoded("{}") + ".AAAA");
        for (String token : bad) {
            refusal(verifier, token);
        }
    }

    @Test
    void shouldRefuseSignedClaimsThatAreNoObject() throws Exception {
        Signer signer = Signer.secret(SECRET);
        JwtVerifier verifier = with(List.of(TokenKeys.secret(SECRET)));
        for (String claims : List.of("[]", "7", "", "{", "{\"a\":".repeat(200))) {
            String text = Signer.encoded("{\"alg\":\"HS256\"}") + "." + Signer.encoded(claims);
            String signature = java.util.Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(signer.sign(text.getBytes(StandardCharsets.US_ASCII)));
            refusal(verifier, text + "." + signature);
        }
    }

    /** Only what base64 leaves open may differ from what was signed. */
    @Test
    void shouldTakeNoMutationForAnotherToken() throws Exception {
        Random random = new Random(6);
        Signer signer = Signer.secret(SECRET);
        JwtVerifier verifier = with(List.of(TokenKeys.secret(SECRET)));
        String good = signer.token("sub", "ada", "play", List.of("cam"), "exp", clock.seconds() + 60);
        Map<String, Object> claims = verifier.verify(good, clock.instant());
        for (int i = 0; i < 20_000; i++) {
            String mutated = mutated(good, random);
            try {
                assertEquals(claims, verifier.verify(mutated, clock.instant()), mutated);
            } catch (TokenException e) {
                // As it should be.
            }
        }
    }

    @Test
    void shouldSurviveAnyMutationOfASetOfKeys() throws Exception {
        Random random = new Random(6);
        String good = Signer.jwks(Signer.rsa("r1"), Signer.ec("e1"), Signer.ed25519("d1"));
        for (int i = 0; i < 2_000; i++) {
            String mutated = mutated(good, random);
            try {
                assertFalse(TokenKeys.jwks(mutated, true).isEmpty());
            } catch (IllegalArgumentException e) {
                // As it should be.
            }
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int changes = 1 + random.nextInt(3); changes > 0 && mutated.length() > 1; changes--) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(4)) {
                case 0 -> mutated.setCharAt(at, (char) (' ' + random.nextInt(95)));
                case 1 -> mutated.deleteCharAt(at);
                case 2 -> mutated.insert(at, (char) random.nextInt(256));
                default -> mutated.setLength(Math.max(1, at));
            }
        }
        return mutated.toString();
    }

    @Test
    void shouldRefuseWeakKeys() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> TokenKeys.secret("x".repeat(31)));
        String small = Signer.rsa("", 1_024).pem();
        assertThrows(IllegalArgumentException.class, () -> TokenKeys.pem(small));
        String other = Signer.ec("", "secp384r1").pem();
        assertThrows(IllegalArgumentException.class, () -> TokenKeys.pem(other));
        assertThrows(IllegalArgumentException.class, () -> TokenKeys.pem("nothing"));
        assertThrows(
                IllegalArgumentException.class,
                () -> TokenKeys.jwks("{\"keys\":[{\"kty\":\"oct\",\"k\":\"" + "A".repeat(43) + "\"}]}", false));
        assertFalse(TokenKeys.secret(SECRET).toString().contains(SECRET));
    }
}
