package dev.sluice.signaling.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.sluice.signaling.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.helpers.MessageFormatter;

/**
 * Writes each line of the log as one JSON object. Safe for many threads.
 *
 * <p>The {@code key=value} pairs of a message stand in {@code fields} as well. They are taken from the message's template, in which no
 * client has written: what comes in as a value cannot make a pair of its own.
 */
public final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final int MAX_STACK_LENGTH = 4_000;
    private static final byte[] NOTHING = {};

    @Override
    public byte[] encode(ILoggingEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", event.getInstant().toString());
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        line.put("thread", event.getThreadName());
        line.put("message", event.getFormattedMessage());
        Map<String, Object> fields = fields(event.getMessage(), event.getArgumentArray());
        if (!fields.isEmpty()) {
            line.put("fields", fields);
        }
        IThrowableProxy error = event.getThrowableProxy();
        if (error != null) {
            String stack = ThrowableProxyUtil.asString(error);
            line.put("error", stack.length() > MAX_STACK_LENGTH ? stack.substring(0, MAX_STACK_LENGTH) : stack);
        }
        return (Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The words {@code key=value} of a template, their placeholders filled in order. */
    static Map<String, Object> fields(String template, Object[] arguments) {
        Map<String, Object> fields = new LinkedHashMap<>();
        int used = 0;
        for (String word : template == null ? new String[0] : template.split(" ", -1)) {
            int placeholders = count(word);
            int equals = word.indexOf('=');
            if (equals > 0 && isKey(word, equals)) {
                Object[] own = new Object[placeholders];
                for (int i = 0; i < placeholders; i++) {
                    own[i] = arguments != null && used + i < arguments.length ? arguments[used + i] : "";
                }
                String value = MessageFormatter.arrayFormat(word.substring(equals + 1), own)
                        .getMessage();
                fields.put(word.substring(0, equals), unquoted(value));
            }
            used += placeholders;
        }
        return fields;
    }

    private static int count(String word) {
        int count = 0;
        for (int at = word.indexOf("{}"); at >= 0; at = word.indexOf("{}", at + 2)) {
            count++;
        }
        return count;
    }

    private static boolean isKey(String word, int length) {
        return word.substring(0, length).chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c));
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
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
