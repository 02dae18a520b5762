package dev.sluice.signaling.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the log be written as JSON. Confined to the main thread, before anything else logs. */
public final class LogSetup {
    private LogSetup() {}

    /** Where the log goes stays as it was set up. */
    public static void useJson() {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        Iterator<Appender<ILoggingEvent>> appenders =
                context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
        while (appenders.hasNext()) {
            Appender<ILoggingEvent> appender = appenders.next();
            JsonLines encoder = new JsonLines();
            encoder.setContext(context);
            encoder.start();
            if (appender instanceof OutputStreamAppender<ILoggingEvent> stream) {
                stream.setEncoder(encoder);
            } else if (appender instanceof RecentLines recent) {
                recent.setEncoder(encoder);
            }
        }
    }
}
