package dev.sluice.signaling.logging;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Sets the log up: to standard error, its last lines kept as well. In code, since reading the same from XML takes a seventh of the
 * server's start. Found by Logback; a logback-test.xml, or a file named by {@code -Dlogback.configurationFile}, goes first, a logback.xml does not. Confined
 * to the thread that logs first.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null
                || getClass().getResource("/" + ClassicConstants.TEST_AUTOCONFIG_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        setUp(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    static void setUp(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget(ConsoleTarget.SystemErr.getName());
        console.setEncoder(lines(context, "HH:mm:ss.SSS"));
        RecentLines recent = new RecentLines();
        recent.setName(RecentLines.NAME);
        recent.setEncoder(lines(context, "yyyy-MM-dd'T'HH:mm:ss.SSS"));
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        add(context, console);
        add(context, recent);
        for (String chatty : new String[] {"org.xnio", "org.jboss", "io.undertow"}) {
            context.getLogger(chatty).setLevel(Level.WARN);
        }
    }

    private static Encoder<ILoggingEvent> lines(LoggerContext context, String timePattern) {
        TextLines encoder = new TextLines(timePattern);
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static void add(LoggerContext context, Appender<ILoggingEvent> appender) {
        appender.setContext(context);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }
}
