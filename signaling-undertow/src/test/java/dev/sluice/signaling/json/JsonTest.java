package dev.sluice.signaling.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void shouldReadWhatItWrites() throws Exception {
        Map<String, Object> value = Map.of(
                "text", "a \"b\"\n\u2028<\u00e4", "list", Arrays.asList(1.5, true, null, Map.of()), "number", 7.0);
        assertEquals(value, Json.parseObject(Json.write(value)));
        assertEquals("[1,2,\"x\"]", Json.write(List.of(1, 2L, "x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"a\":}", "{} x", "[1,", "nul", "{\"a\":1}{}", "'a'", "{a:1}"})
    void shouldRefuseWhatIsNotJson(String text) {
        assertThrows(JsonException.class, () -> Json.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"x\"", "null"})
    void shouldRefuseWhatIsNotAnObject(String text) {
        assertThrows(JsonException.class, () -> Json.parseObject(text));
    }

    @Test
    void shouldRefuseBombs() {
        assertThrows(JsonException.class, () -> Json.parse("[".repeat(50_000)));
        assertThrows(JsonException.class, () -> Json.parse("1".repeat(10_000)));
    }
}
