package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any text: an answer that is well formed, or one exception that says why; nothing else. */
class SdpFuzzTest {
    private static final List<String> SEEDS = List.of(
            "chromium-publish-ws",
            "chromium-publish-simulcast",
            "chromium-play-ws",
            "firefox-publish-ws",
            "firefox-play-http",
            "gstreamer-publish-h264",
            "aiortc-play-h264",
            "flussonic-24.7.1-play");

    @FuzzTest
    void shouldAnswerOrRefuseAnything(FuzzedDataProvider data) {
        check(data.consumeRemainingAsString());
    }

    /** Real descriptions with a few characters and lines changed: deeper than random text gets. Seeded, so repeatable. */
    @Test
    void shouldAnswerOrRefuseMutatedRealDescriptions() {
        Random random = new Random(20261101);
        List<String> seeds = SEEDS.stream().map(SdpTestData::wire).toList();
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            for (int i = random.nextInt(6); i >= 0; i--) {
                mutate(text, random);
            }
            check(text.toString());
        }
    }

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        int lineStart = text.lastIndexOf("\n", at) + 1;
        int lineEnd = text.indexOf("\n", at) + 1;
        switch (random.nextInt(5)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
            case 1 -> text.deleteCharAt(at);
            case 2 -> text.insert(at, " :/=;0\r\n\t9*-".charAt(random.nextInt(12)));
            case 3 -> text.delete(lineStart, Math.max(lineStart, lineEnd));
            default ->
                text.insert(random.nextInt(text.length()), text.substring(lineStart, Math.max(lineStart, lineEnd)));
        }
        if (text.isEmpty()) {
            text.append("v=0\n");
        }
    }

    private static void check(String text) {
        try {
            checkAnswer(text, SdpTestData.publish(text).sdp());
        } catch (SdpException refusal) {
            checkRefusal(refusal);
        }
        try {
            checkAnswer(
                    text,
                    SdpTestData.play(text, SdpTestData.OPUS, SdpTestData.VP8).sdp());
        } catch (SdpException refusal) {
            checkRefusal(refusal);
        }
        try {
            PlayOffer offer = SdpNegotiator.offerPlay(
                    SdpTestData.sources(SdpTestData.OPUS, SdpTestData.VP8), SdpTestData.ALL, SdpTestData.LOCAL);
            AcceptedPlay play = SdpNegotiator.acceptPlayAnswer(offer, text);
            assertTrue(!play.tracks().isEmpty());
        } catch (SdpException refusal) {
            checkRefusal(refusal);
        }
    }

    private static void checkAnswer(String offer, String answer) throws SdpException {
        List<SdpMedia> offered = SdpParser.parse(offer).media();
        SdpSession parsed = SdpParser.parse(answer);
        assertEquals(offered.size(), parsed.media().size());
        for (int i = 0; i < offered.size(); i++) {
            assertEquals(offered.get(i).token, parsed.media().get(i).token);
            assertEquals(offered.get(i).mid, parsed.media().get(i).mid);
        }
        assertEquals(1, answer.split("\r\na=end-of-candidates\r\n", -1).length - 1);
        assertEquals(2, answer.split("\r\na=candidate:", -1).length - 1);
        assertTrue(answer.chars().allMatch(c -> c == '\r' || c == '\n' || (c >= ' ' && c <= '~')));
    }

    private static void checkRefusal(SdpException refusal) {
        String message = refusal.getMessage();
        assertTrue(message.length() < 500, message);
        assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
    }
}
