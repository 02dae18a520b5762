package dev.sluice.signaling.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/events.md says what is so. */
class EventsDocTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final long NOW = 1_700_000_000;

    private static String doc() throws IOException {
        return Files.readString(Path.of("..", "docs", "events.md"));
    }

    private static List<String> find(String regex) throws IOException {
        return Pattern.compile(regex, Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(doc())
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    void shouldListEveryTypeOfEventInOrder() throws IOException {
        assertEquals(
                Arrays.stream(EventType.values()).map(EventType::label).toList(),
                find("^\\| `((?:stream|publisher|player|session|limit)\\.[a-z_]+)` \\|"));
    }

    @Test
    void shouldVerifySignaturesByThePythonInIt() throws Exception {
        assumeTrue(isThere("python3"), "python3 is not installed");
        String body = "{\"type\":\"stream.started\",\"data\":{\"stream\":\"cam\"}}";
        byte[] key = Base64.getDecoder().decode(SECRET.substring(6));
        String good = WebhookSignature.of(key, "msg_1-1", NOW, body);
        assertEquals("True", verify(good, NOW, body));
        assertEquals("True", verify("v1,bm8= " + good, NOW + 299, body));
        assertEquals("False", verify(good, NOW + 301, body));
        assertEquals("False", verify(good, NOW, body.replace("cam", "cat")));
        assertEquals("False", verify("v1,bm8=", NOW, body));
    }

    private static String verify(String signature, long now, String body) throws Exception {
        Map<String, Object> headers = Map.of(
                "webhook-id", "msg_1-1", "webhook-timestamp", Long.toString(NOW), "webhook-signature", signature);
        String program = find("^```python\n(.*?)^```").getFirst() + "\nimport json, sys\nargs = json.load(sys.stdin)\n"
                + "print(verify(args['secret'], args['headers'], args['body'].encode(), args['now']))\n";
        Process python = new ProcessBuilder("python3", "-c", program)
                .redirectErrorStream(true)
                .start();
        try (var in = python.getOutputStream()) {
            in.write(Json.write(Map.of("secret", SECRET, "headers", headers, "body", body, "now", now))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
