package dev.sluice.signaling.events;

import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened. Immutable.
 *
 * @param number counts from 1 since the server's start
 * @param id the number with a mark of this start before it, so that it is unique
 * @param stream empty when it concerns none
 * @param data fields by name, as docs/events.md lists them
 */
public record ServerEvent(long number, String id, EventType type, Instant at, String stream, Map<String, Object> data) {

    /** One line. */
    String json() {
        return json(0);
    }

    /** @param dropped events before this one that its receiver did not get, told when there are any */
    String json(long dropped) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type.label());
        event.put("timestamp", at.toString());
        if (dropped > 0) {
            event.put("dropped", dropped);
        }
        event.put("data", data);
        return Json.write(event);
    }
}
