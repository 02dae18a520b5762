package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.access.jwt.Signer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthConfigTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path folder;

    /** Made once: an RSA key takes half a second. */
    @BeforeAll
    static void writeKeys() throws Exception {
        Files.writeString(folder.resolve("rsa.pem"), Signer.rsa("").pem());
        Files.writeString(folder.resolve("ed.pem"), Signer.ed25519("").pem());
        Files.writeString(folder.resolve("keys.json"), Signer.jwks(Signer.ec("e1"), Signer.ed25519("d1")));
        Files.writeString(folder.resolve("empty.pem"), "");
    }

    private ServerConfig read(String text) throws Exception {
        return ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), text));
    }

    @Test
    void shouldReadEverything() throws Exception {
        ServerConfig config = read("""
                auth {
                  token_name = access_token
                  jwt { secret = "%s", key = ["rsa.pem", "ed.pem"], jwks = "keys.json", issuer = "https://id", audience = sluice }
                  on_publish = "http://127.0.0.1:9000/auth?site=1"
                  on_play = "securetoken://very-secret-key?no_check_ip=true"
                  on_failure = keep
                }
                streams {
                  cam { input = "publish://", jwt = off, on_publish = "", on_play = "https://site/play"
                        max_sessions = 100, max_publish_bitrate = 6000 }
                  other { input = "publish://" }
                }
                """.formatted(SECRET));
        AuthConfig auth = config.access().auth();
        assertEquals("access_token", auth.tokenName());
        assertEquals(5, auth.jwt().keys().size());
        assertEquals("https://id", auth.jwt().issuer());
        assertEquals("sluice", auth.jwt().audience());
        assertEquals(
                URI.create("http://127.0.0.1:9000/auth?site=1"),
                auth.onPublish().hook());
        assertEquals(new Guard(null, "very-secret-key", false), auth.onPlay());
        assertTrue(auth.keepsOnFailure());
        StreamAccess cam = config.access().streams().find("cam").orElseThrow().access();
        assertEquals(
                new StreamAccess(false, Guard.NONE, new Guard(URI.create("https://site/play"), "", true), 100, 6_000),
                cam);
        assertEquals(
                StreamAccess.DEFAULTS,
                config.access().streams().find("other").orElseThrow().access());
        assertFalse(config.toString().contains(SECRET));
        assertFalse(config.toString().contains("very-secret-key"));
        assertFalse(config.toString().contains("site=1"));
    }

    @Test
    void shouldReadAUrlOfKeysAndSeeWhenNothingChanged() throws Exception {
        String text =
                "auth { jwt { jwks = \"https://id.example/certs\", secret = \"" + SECRET + "\", key = rsa.pem } }";
        JwtConfig jwt = read(text).access().auth().jwt();
        assertEquals(URI.create("https://id.example/certs"), jwt.jwks());
        assertEquals(jwt, read(text).access().auth().jwt());
        assertNotEquals(jwt, read(text.replace("0123", "3210")).access().auth().jwt());
        assertEquals(AuthConfig.NONE, read("").access().auth());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth { jwt { } }",
                "auth { jwt { secret = short } }",
                "auth { jwt { key = missing.pem } }",
                "auth { jwt { key = empty.pem } }",
                "auth { jwt { jwks = missing.json } }",
                "auth { jwt { jwks = rsa.pem } }",
                "auth { jwt { jwks = \"ftp://id/keys\" } }",
                "auth { jwt { jwks = \"http:///keys\" } }",
                "auth { jwt { unknown = 1 } }",
                "auth { on_play = \"file:///etc/passwd\" }",
                "auth { on_play = \"not a url\" }",
                "auth { on_play = \"http://user:secret@host/\" }",
                "auth { on_play = \"securetoken://\" }",
                "auth { on_play = \"securetoken://short\" }",
                "auth { on_play = \"securetoken://longenough?other=1\" }",
                "auth { token_name = \"a b\" }",
                "auth { on_failure = maybe }",
                "auth { password = x }",
                "streams { cam { input = \"publish://\", jwt = maybe } }",
                "streams { cam { input = \"publish://\", max_sessions = -1 } }",
                "streams { cam { input = \"publish://\", max_publish_bitrate = lots } }",
                "streams { cam { input = \"publish://\", on_play = 7 } }",
            })
    void shouldSayWhatWasExpectedAndWhere(String text) {
        ConfigException error = assertThrows(ConfigException.class, () -> read(text));
        assertTrue(error.getMessage().contains("sluice.conf:1: "), error.getMessage());
    }

    @Test
    void shouldNotShowASecretInAnError() {
        ConfigException error =
                assertThrows(ConfigException.class, () -> read("auth { on_play = \"securetoken://my secret key\" }"));
        assertFalse(error.getMessage().contains("my secret"), error.getMessage());
        error = assertThrows(ConfigException.class, () -> read("auth { jwt { secret = tooshort } }"));
        assertFalse(error.getMessage().contains("tooshort"), error.getMessage());
    }
}
