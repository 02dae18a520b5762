package dev.sluice.signaling.access.hook;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers as long as they hold, the oldest leave first. Safe for many threads. */
final class HookCache {
    private final int most;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(HookAnswer answer, Instant until) {}

    HookCache(int most) {
        this.most = most;
    }

    /** Null when none holds. */
    synchronized HookAnswer find(String key, Instant now) {
        Entry entry = entries.get(key);
        return entry == null || !now.isBefore(entry.until) ? null : entry.answer;
    }

    synchronized void put(String key, HookAnswer answer, Instant until) {
        entries.remove(key);
        if (entries.size() >= most) {
            Iterator<Entry> oldest = entries.values().iterator();
            oldest.next();
            oldest.remove();
        }
        entries.put(key, new Entry(answer, until));
    }

    synchronized void forget(String key) {
        entries.remove(key);
    }

    synchronized int size() {
        return entries.size();
    }
}
