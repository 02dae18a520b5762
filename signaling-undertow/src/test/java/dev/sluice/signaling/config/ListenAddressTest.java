package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, 127.0.0.1:8080",
        "0.0.0.0:0, 0.0.0.0:0",
        "[::1]:80, [::1]:80",
        "[::]:65535, [::]:65535",
        "[2001:db8:0:0:1:0:0:0]:1, [2001:db8:0:0:1::]:1",
        "[1:0:2:3:4:5:6:7]:1, [1:0:2:3:4:5:6:7]:1",
    })
    void shouldReadAndWriteAddresses(String text, String written) {
        assertEquals(written, ListenAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8080", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "127.0.0.1:-1"})
    void shouldRefuseWhatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> ListenAddress.parse(text));
    }
}
