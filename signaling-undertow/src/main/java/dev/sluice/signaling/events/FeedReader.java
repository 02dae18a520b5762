package dev.sluice.signaling.events;

import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.http.EventSender;
import dev.sluice.signaling.http.EventSender.Event;
import dev.sluice.signaling.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** One client's way through the log: where it is, and what it has missed. Safe for many threads. */
final class FeedReader {
    /** Tells that the log went on without this client. */
    static final String MISSED = "missed";

    private static final long UNKNOWN = -1;

    private final EventLog log;
    private final EventFilter filter;
    private final LongAdder allMissed;
    private long next;
    private long missed;

    /** @param lastId of the last event that the client has, null or empty for one that begins now */
    FeedReader(EventLog log, EventFilter filter, String lastId, LongAdder allMissed) {
        this.log = log;
        this.filter = filter;
        this.allMissed = allMissed;
        if (lastId == null || lastId.isEmpty()) {
            next = log.last() + 1;
            return;
        }
        long number = log.number(lastId);
        next = number + 1;
        if (number < 0) {
            // Of another start of the server: how many there were nobody knows.
            next = Math.max(1, log.last() - EventLog.KEPT + 1);
            missed = UNKNOWN;
        }
    }

    /** The next event for the client, null when there is none now. */
    synchronized Event next(EventSender to) {
        if (missed == UNKNOWN) {
            return tellMissed();
        }
        ServerEvent event;
        while ((event = log.read(next)) != null) {
            if (event.number() > next) {
                missed = event.number() - next;
                allMissed.add(missed);
                next = event.number();
                return tellMissed();
            }
            next++;
            if (filter.takes(event.type(), event.stream())) {
                return new Event(event.type().label(), event.json(), event.id());
            }
        }
        return null;
    }

    /** Its id is that of the last one missed, so that a client which comes again goes on behind the gap. */
    private Event tellMissed() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("count", missed == UNKNOWN ? null : missed);
        missed = 0;
        return new Event(MISSED, Json.write(data), log.id(next - 1));
    }
}
