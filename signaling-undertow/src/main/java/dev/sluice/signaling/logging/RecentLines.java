package dev.sluice.signaling.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last lines of the log, in memory. Safe for many threads; without a lock, since loops log too.
 */
public final class RecentLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
    static final int LINES = 500;
    private static final int MAX_LINE_LENGTH = 2_000;
    static final String NAME = "recent";

    private final AtomicReferenceArray<String> lines = new AtomicReferenceArray<>(LINES);
    private final AtomicLong next = new AtomicLong();
    private Encoder<ILoggingEvent> encoder;

    /** How a line is written. */
    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String line = new String(encoder.encode(event), StandardCharsets.UTF_8).stripTrailing();
        String kept = line.length() > MAX_LINE_LENGTH ? line.substring(0, MAX_LINE_LENGTH) : line;
        lines.set((int) (next.getAndIncrement() % LINES), kept);
    }

    /** Oldest first. */
    List<String> lines() {
        List<String> all = new ArrayList<>();
        long end = next.get();
        for (long i = Math.max(0, end - LINES); i < end; i++) {
            String line = lines.get((int) (i % LINES));
            if (line != null) {
                all.add(line);
            }
        }
        return all;
    }

    /** What the running log has kept; nothing where its configuration keeps nothing. */
    public static List<String> ofLog() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Appender<ILoggingEvent> appender =
                    context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(NAME);
            if (appender instanceof RecentLines recent) {
                return recent.lines();
            }
        }
        return List.of();
    }
}
