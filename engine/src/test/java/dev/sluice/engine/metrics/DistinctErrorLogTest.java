package dev.sluice.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.engine.metrics.DistinctErrorLog.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DistinctErrorLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(DistinctErrorLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final boolean additive = logger.isAdditive();
    private volatile Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private final DistinctErrorLog errors = new DistinctErrorLog(() -> now);

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(appender);
        logger.setAdditive(additive);
    }

    @Test
    void shouldLogOnceAndCountWhenTheSameErrorComesAgain() {
        Instant first = now;
        for (int i = 0; i < 1_000; i++) {
            now = first.plusSeconds(i);
            errors.record(here("message " + i));
        }
        Entry entry = errors.entries().getFirst();
        assertEquals(1, errors.entries().size());
        assertEquals(1_000, entry.count());
        assertEquals(first, entry.first());
        assertEquals(first.plusSeconds(999), entry.last());
        assertTrue(entry.kind().startsWith("java.lang.IllegalStateException at "), entry.kind());
        assertEquals(1, appender.list.size());
        assertEquals(Level.ERROR, appender.list.getFirst().getLevel());
        assertEquals("message 0", appender.list.getFirst().getThrowableProxy().getMessage());
    }

    @Test
    void shouldKeepApartWhenTypeOrPlaceDiffers() {
        errors.record(here("a"));
        errors.record(new IllegalStateException("elsewhere"));
        errors.record(new IllegalArgumentException("another type"));
        assertEquals(3, errors.entries().size());
        assertEquals(3, appender.list.size());
    }

    @Test
    void shouldCountAsOneWhenThereAreMoreKindsThanItKeeps() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 200; i++) {
                errors.record(at(i));
            }
        }
        List<Entry> entries = errors.entries();
        assertEquals(DistinctErrorLog.MAX_KINDS + 1, entries.size());
        assertEquals(DistinctErrorLog.OTHERS, entries.getLast().kind());
        assertEquals(2 * (200 - DistinctErrorLog.MAX_KINDS), entries.getLast().count());
        assertTrue(entries.subList(0, DistinctErrorLog.MAX_KINDS).stream().allMatch(entry -> entry.count() == 2));
        assertEquals(DistinctErrorLog.MAX_KINDS + 1, appender.list.size());
    }

    @Test
    void shouldTakeAnErrorWhenTheMachineLeftItsStackOut() {
        IllegalStateException bare = new IllegalStateException("bare");
        bare.setStackTrace(new StackTraceElement[0]);
        errors.record(bare);
        errors.record(bare);
        assertEquals(
                "java.lang.IllegalStateException", errors.entries().getFirst().kind());
        assertEquals(2, errors.entries().getFirst().count());
    }

    @Test
    void shouldCountAllWhenManyThreadsRecordAtOnce() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int n = 0; n < 500; n++) {
                    errors.record(at(n % 10));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(10, errors.entries().size());
        assertEquals(4_000, errors.entries().stream().mapToLong(Entry::count).sum());
        assertEquals(10, appender.list.size());
    }

    private static IllegalStateException here(String message) {
        return new IllegalStateException(message);
    }

    private static IllegalStateException at(int line) {
        IllegalStateException error = new IllegalStateException("line " + line);
        error.setStackTrace(
                new StackTraceElement[] {new StackTraceElement("Somewhere", "work", "Somewhere.java", line)});
        return error;
    }
}
