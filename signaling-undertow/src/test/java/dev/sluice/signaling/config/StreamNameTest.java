package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threat 28. */
class StreamNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "cam-1",
                "a/b/c/d/e/f/g/h",
                "A.b_c~d-e",
                "...",
                "webrtc2",
                "a/play",
                "--",
                "whip.",
                ".hidden"
            })
    void shouldTakeNamesOfTheGrammar(String name) {
        assertTrue(StreamName.isValid(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/..",
                "../a",
                "a/./b",
                "a b",
                "a\nb",
                "a\u0000",
                "a%2fb",
                "a\\b",
                "ä",
                "a?b",
                "a#b",
                "a<b",
                "a\"b",
                "a'b",
                "a&b",
                "a:b",
                "a;b",
                "a*b",
                "*",
                "a/b/c/d/e/f/g/h/i",
                "webrtc",
                "a/publish",
                "whip",
                "whep/a",
                "whap",
                "sessions",
                "a/media_info.json",
                "embed.html",
                "-",
                "a/-/b"
            })
    void shouldRefuseEverythingElse(String name) {
        assertFalse(StreamName.isValid(name));
    }

    @Test
    void shouldLimitTheLengthOfASegment() {
        assertTrue(StreamName.isValid("x".repeat(64)));
        assertFalse(StreamName.isValid("x".repeat(65)));
        assertFalse(StreamName.isValid("x/".repeat(100_000)));
    }

    @Test
    void shouldFindTheMostExactRule() {
        StreamRules rules = StreamRules.of(
                java.util.stream.Stream.of("cam", "studio/*", "studio/**", "studio/*/main", "**/x", "studio/one")
                        .map(pattern -> new StreamRule(pattern, "", ""))
                        .toList());
        assertEquals("cam", rules.find("cam").orElseThrow().pattern());
        assertEquals("studio/one", rules.find("studio/one").orElseThrow().pattern());
        assertEquals("studio/*", rules.find("studio/two").orElseThrow().pattern());
        assertEquals(
                "studio/*/main", rules.find("studio/two/main").orElseThrow().pattern());
        assertEquals("studio/**", rules.find("studio/a/b/c").orElseThrow().pattern());
        assertEquals("**/x", rules.find("a/b/x").orElseThrow().pattern());
        assertTrue(rules.find("studio").isEmpty());
        assertTrue(rules.find("other").isEmpty());
        assertTrue(rules.find("x").isEmpty());
        assertTrue(rules.find("studio/..").isEmpty());
        assertTrue(rules.find("studio/*").isEmpty());
        assertTrue(StreamRules.everyName().find("any/name").isPresent());
        assertTrue(StreamRules.everyName().find("../name").isEmpty());
    }
}
