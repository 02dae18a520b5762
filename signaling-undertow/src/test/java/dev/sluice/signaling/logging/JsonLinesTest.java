package dev.sluice.signaling.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.sluice.signaling.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();

    private Map<String, Object> line(String template, Throwable error, Object... arguments) throws Exception {
        LoggingEvent event =
                new LoggingEvent("x", context.getLogger("dev.sluice.Some"), Level.INFO, template, error, arguments);
        String text = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
        assertTrue(text.endsWith("\n"));
        assertEquals(1, text.lines().count(), text);
        return Json.parseObject(text);
    }

    @Test
    void shouldWriteOneObjectWithTheMessageAndItsPairs() throws Exception {
        Map<String, Object> line = line("session={} event=opened stream={} dtls=\"{}\"", null, "abc", "cam", "bad");
        assertEquals("INFO", line.get("level"));
        assertEquals("dev.sluice.Some", line.get("logger"));
        assertEquals("session=abc event=opened stream=cam dtls=\"bad\"", line.get("message"));
        assertTrue(Instant.parse((String) line.get("time")).isAfter(Instant.EPOCH));
        assertEquals(Map.of("session", "abc", "event", "opened", "stream", "cam", "dtls", "bad"), line.get("fields"));
    }

    @Test
    void shouldLetNoValueMakeALineOrAPairOfItsOwn() throws Exception {
        Map<String, Object> line = line("path={} event=failed", null, "/x\"\n{}\u2028 event=fine level=OFF");
        assertEquals(Map.of("path", "/x\"\n{}\u2028 event=fine level=OFF", "event", "failed"), line.get("fields"));
        assertEquals("INFO", line.get("level"));
    }

    @Test
    void shouldWriteErrorsAndWhatHasNoPairs() throws Exception {
        Map<String, Object> line = line("it broke", new IllegalStateException("why"));
        assertFalse(line.containsKey("fields"));
        assertTrue(((String) line.get("error")).startsWith("java.lang.IllegalStateException: why"));
        assertEquals(Map.of("a", "", "b", "x{"), JsonLines.fields("a={} b=x{ =c", null));
    }
}
