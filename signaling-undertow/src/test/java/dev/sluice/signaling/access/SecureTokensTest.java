package dev.sluice.signaling.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecureTokensTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_100);

    private static String sha1(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Instant end(String token, String stream, String address, String user) {
        return SecureTokens.end("mysecret", token, stream, address, user, NOW);
    }

    /** The hash is of {@code printf 'cam127.0.0.117000000001700003600mysecretabc123' | sha1sum}. */
    @Test
    void shouldTakeTheTokenOfTheFormula() {
        String token = "bfb44ac74817bc7ea12b45766b4e7bab25f18076-abc123-1700003600-1700000000";
        assertEquals(Instant.ofEpochSecond(1_700_003_600), end(token, "cam", "127.0.0.1", ""));
    }

    @Test
    void shouldBindItToStreamAddressKeyTimesSaltAndUser() throws Exception {
        String hash = sha1("cam" + "127.0.0.1" + "1700000000" + "1700003600" + "mysecret" + "salt" + "ada");
        String token = hash + "-salt-1700003600-1700000000";
        assertEquals(Instant.ofEpochSecond(1_700_003_600), end(token, "cam", "127.0.0.1", "ada"));
        assertNull(end(token, "cam2", "127.0.0.1", "ada"));
        assertNull(end(token, "cam", "127.0.0.2", "ada"));
        assertNull(end(token, "cam", "127.0.0.1", ""));
        assertNull(end(hash + "-salt-1700003601-1700000000", "cam", "127.0.0.1", "ada"));
        assertNull(end(hash + "-salt-1700003600-1700000001", "cam", "127.0.0.1", "ada"));
        assertNull(end(hash + "-salx-1700003600-1700000000", "cam", "127.0.0.1", "ada"));
        assertNull(SecureTokens.end("otherkey", token, "cam", "127.0.0.1", "ada", NOW));
    }

    @Test
    void shouldTakeItInItsTimeOnly() throws Exception {
        String future = sha1("cam17000002001700003600mysecrets") + "-s-1700003600-1700000200";
        assertNull(end(future, "cam", "", ""));
        String past = sha1("cam16000002001700000100mysecrets") + "-s-1700000100-1600000200";
        assertNull(end(past, "cam", "", ""));
        String skewed = sha1("cam17000001301700000200mysecrets") + "-s-1700000200-1700000130";
        assertEquals(Instant.ofEpochSecond(1_700_000_200), end(skewed, "cam", "", ""));
    }

    /** Start and end are hashed without anything between them: cut elsewhere, an hour would become an age. */
    @Test
    void shouldNotLetAnHourBeCutIntoAnAge() throws Exception {
        String hash = sha1("cam" + "1700000000" + "1700003600" + "mysecret" + "salt");
        assertEquals(Instant.ofEpochSecond(1_700_003_600), end(hash + "-salt-1700003600-1700000000", "cam", "", ""));
        assertNull(end(hash + "-salt-7000000001700003600-1", "cam", "", ""));
        assertNull(end(hash + "-salt-001700003600-17000000", "cam", "", ""));
    }

    @Test
    void shouldRefuseWhatIsNone() {
        for (String token :
                List.of("", "-", "a-b-c-d", "x".repeat(100_000), "0".repeat(40) + "--1700003600-1700000000")) {
            assertNull(end(token, "cam", "", ""));
        }
    }
}
