package dev.sluice.signaling.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogConfiguratorTest {
    private final LoggerContext context = new LoggerContext();

    private String line(Throwable error) {
        TextLines lines = new TextLines("HH:mm:ss.SSS");
        lines.setContext(context);
        lines.start();
        return new String(
                lines.encode(new LoggingEvent(
                        "x", context.getLogger("dev.sluice.Some"), Level.WARN, "session={}", error, new Object[] {"a1"
                        })),
                StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteTimeLevelLoggerAndMessage() {
        assertTrue(line(null).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  Some session=a1\n"), line(null));
    }

    @Test
    void shouldWriteTheRootOfAnErrorFirstAndFewOfItsLines() {
        List<String> lines = line(new IllegalStateException("outer", new IllegalArgumentException("root")))
                .lines()
                .toList();
        assertEquals("java.lang.IllegalArgumentException: root", lines.get(1));
        assertTrue(lines.size() < 25, lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("IllegalStateException: outer")), lines.toString());
    }

    @Test
    void shouldKeepTheLastLinesAndQuietenTheLibraries() {
        LogConfigurator.setUp(context);
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.iteratorForAppenders().forEachRemaining(appender -> {
            if (appender instanceof ConsoleAppender) {
                appender.stop(); // What this test writes is not for its terminal.
            }
        });
        context.getLogger("dev.sluice.Some").info("here");
        context.getLogger("io.undertow.Some").info("not here");
        RecentLines recent = (RecentLines) root.getAppender(RecentLines.NAME);
        assertEquals(1, recent.lines().size());
        assertTrue(
                recent.lines().getFirst().endsWith("INFO  Some here"),
                recent.lines().toString());
        assertFalse(context.getLogger("dev.sluice.Some").isDebugEnabled());
    }

    @Test
    void shouldLeaveItToATestsOwnFile() {
        assertEquals(ExecutionStatus.INVOKE_NEXT_IF_ANY, new LogConfigurator().configure(context));
    }
}
