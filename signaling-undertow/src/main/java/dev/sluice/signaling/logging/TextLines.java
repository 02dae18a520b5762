package dev.sluice.signaling.logging;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.util.CachingDateFormatter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes each line of the log as time, level, logger and message, and eight lines of an error, its root first. Safe for many threads.
 *
 * <p>Logback's own layouts would do the same, at the price of a class for each of the 66 things that they can show.
 */
final class TextLines extends EncoderBase<ILoggingEvent> {
    private static final String STACK_LINES = "8";
    private static final byte[] NOTHING = {};

    private final CachingDateFormatter time;
    private final RootCauseFirstThrowableProxyConverter error = new RootCauseFirstThrowableProxyConverter();

    /** @param timePattern as of {@link java.time.format.DateTimeFormatter} */
    TextLines(String timePattern) {
        time = new CachingDateFormatter(timePattern);
    }

    @Override
    public void start() {
        error.setContext(context);
        error.setOptionList(List.of(STACK_LINES));
        error.start();
        super.start();
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160)
                .append(time.format(event.getTimeStamp()))
                .append(' ')
                .append(event.getLevel())
                .append(event.getLevel().toString().length() < 5 ? "  " : " ");
        String logger = event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(' ')
                .append(event.getFormattedMessage())
                .append('\n')
                .append(error.convert(event));
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
