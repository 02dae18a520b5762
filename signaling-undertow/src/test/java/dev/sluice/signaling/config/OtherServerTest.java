package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherServerTest {

    @ParameterizedTest
    @CsvSource({
        "https://other.example.com:8443, https://other.example.com:8443/studio/one",
        "https://other.example.com/, https://other.example.com/studio/one",
        "HTTP://OTHER:8080, http://other:8080/studio/one",
        "http://192.0.2.7:8080/, http://192.0.2.7:8080/studio/one",
        "http://[2001:db8::7]:8080, http://[2001:db8::7]:8080/studio/one",
        "https://proxy.example.com/media/, https://proxy.example.com/media/studio/one",
    })
    void shouldSayWhereItHasAStream(String address, String stream) {
        assertEquals(stream, OtherServer.parse(address).stream("studio/one"));
    }

    @Test
    void shouldKnowWhetherItIsSecure() {
        assertTrue(OtherServer.parse("https://other").isSecure());
        assertFalse(OtherServer.parse("http://https").isSecure());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "other.example.com",
                "//other.example.com",
                "javascript:alert(1)",
                "file:///etc/passwd",
                "ftp://other",
                "wss://other",
                "https://",
                "https:///path",
                "https://user:secret@other",
                "https://good.example.com@evil.example.com",
                "https://other?x=1",
                "https://other#x",
                "https://other:0",
                "https://other:65536",
                "https://other:port",
                "https://other/a b",
                "https://other/%2e%2e",
                "https://other/\"><script>",
                "https://other\r\nSet-Cookie: x=1",
                "https://other\\@evil",
                "https://óther",
            })
    void shouldRefuseWhatIsNoServer(String address) {
        assertThrows(IllegalArgumentException.class, () -> OtherServer.parse(address));
    }

    @Test
    void shouldRefuseWhatIsTooLong() {
        assertThrows(IllegalArgumentException.class, () -> OtherServer.parse("https://" + "a.".repeat(200) + "com"));
    }
}
