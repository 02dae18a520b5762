package dev.sluice.signaling.telemetry;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what OpenTelemetry logs by the JDK's logger, rarely and with long stack traces, into our log as a line each. Safe for many
 * threads.
 */
final class ExportLog extends Handler {
    private static final Logger LOG = LoggerFactory.getLogger(SessionTracing.class);

    /** Kept, since the JDK's log manager forgets loggers that nobody refers to. */
    private static final java.util.logging.Logger SOURCE = java.util.logging.Logger.getLogger("io.opentelemetry");

    static void install() {
        SOURCE.setUseParentHandlers(false);
        if (SOURCE.getHandlers().length == 0) {
            SOURCE.addHandler(new ExportLog());
        }
    }

    @Override
    public void publish(LogRecord line) {
        Throwable cause = line.getThrown();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = line.getMessage().lines().findFirst().orElse("");
        LOG.warn("event=telemetry message=\"{}\" reason={}", message, cause == null ? "" : cause);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
