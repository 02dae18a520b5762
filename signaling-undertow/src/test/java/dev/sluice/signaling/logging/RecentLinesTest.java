package dev.sluice.signaling.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentLinesTest {
    @Test
    void shouldKeepTheLastLinesInOrderAndCutLongOnes() {
        LoggerContext context = new LoggerContext();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%msg%n");
        encoder.start();
        RecentLines recent = new RecentLines();
        recent.setContext(context);
        recent.setEncoder(encoder);
        recent.start();
        assertEquals(List.of(), recent.lines());
        for (int i = 0; i < RecentLines.LINES + 3; i++) {
            recent.doAppend(
                    new LoggingEvent("x", context.getLogger("y"), Level.INFO, "line " + i, null, new Object[0]));
        }
        assertEquals(RecentLines.LINES, recent.lines().size());
        assertEquals("line 3", recent.lines().getFirst());
        assertEquals("line " + (RecentLines.LINES + 2), recent.lines().getLast());
        recent.doAppend(
                new LoggingEvent("x", context.getLogger("y"), Level.INFO, "z".repeat(100_000), null, new Object[0]));
        assertTrue(recent.lines().getLast().length() < 10_000);
    }
}
