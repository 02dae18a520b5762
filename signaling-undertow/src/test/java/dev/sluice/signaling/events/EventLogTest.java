package dev.sluice.signaling.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.http.EventSender.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private final EventLog log = new EventLog(START);
    private final LongAdder missed = new LongAdder();

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            log.add(EventType.STREAM_STARTED, START, "cam", Map.of("stream", "cam"));
        }
    }

    private FeedReader reader(String lastId) {
        return new FeedReader(log, EventFilter.ALL, lastId, missed);
    }

    @Test
    void shouldGiveTheOldestThereIsInsteadOfWhatIsGone() {
        assertNull(log.read(1));
        add(EventLog.KEPT);
        assertEquals(1, log.read(1).number());
        add(2);
        assertEquals(3, log.read(1).number());
        assertEquals(EventLog.KEPT + 2, log.read(log.last()).number());
        assertNull(log.read(log.last() + 1));
    }

    @Test
    void shouldGiveIdsThatNoOtherStartGives() {
        add(1);
        String id = log.read(1).id();
        assertEquals(1, log.number(id));
        EventLog later = new EventLog(START.plusSeconds(1));
        assertNotEquals(later.id(1), id);
        assertEquals(-1, later.number(id));
        assertEquals(-1, log.number(log.id(2)));
    }

    @Test
    void shouldBeginWithWhatComesNextAndCountWhatASlowReaderMissed() {
        add(5);
        FeedReader reader = reader(null);
        assertNull(reader.next(null));
        add(1);
        assertEquals(log.id(6), reader.next(null).id());
        add(EventLog.KEPT + 10);
        Event gap = reader.next(null);
        assertEquals(FeedReader.MISSED, gap.name());
        assertEquals("{\"count\":10}", gap.data());
        assertEquals(log.id(16), gap.id());
        assertEquals(log.id(17), reader.next(null).id());
        assertEquals(10, missed.sum());
    }

    @Test
    void shouldFilterByTypeAndStream() {
        EventFilter filter = new EventFilter(Set.of(EventType.STREAM_STARTED), List.of("studio/*"));
        FeedReader reader = new FeedReader(log, filter, null, missed);
        log.add(EventType.STREAM_STOPPED, START, "studio/1", Map.of());
        log.add(EventType.STREAM_STARTED, START, "cam", Map.of());
        log.add(EventType.STREAM_STARTED, START, "", Map.of());
        log.add(EventType.STREAM_STARTED, START, "studio/2", Map.of());
        assertEquals(log.id(4), reader.next(null).id());
        assertNull(reader.next(null));
    }

    @Test
    void shouldWriteOneLineWithTypeTimeAndData() {
        log.add(EventType.STREAM_TAKEN_OVER, START, "cam", Map.of("stream", "cam\n"));
        assertEquals(
                "{\"type\":\"stream.taken_over\",\"timestamp\":\"2026-11-22T10:00:00Z\",\"data\":{\"stream\":\"cam\\n\"}}",
                log.read(1).json());
        assertEquals(
                "{\"type\":\"stream.taken_over\",\"timestamp\":\"2026-11-22T10:00:00Z\",\"dropped\":7,"
                        + "\"data\":{\"stream\":\"cam\\n\"}}",
                log.read(1).json(7));
    }
}
