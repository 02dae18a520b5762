package dev.sluice.signaling.admin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last ten minutes of the server and of each stream that was live in them, a slot for each five seconds. Memory is bounded:
 * 1.4 KiB for each of so many streams. Safe for many threads.
 */
final class StatsHistory {
    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final int CAPACITY = 120;
    static final int MAX_STREAMS = 1_000;

    private static final int NONE = -1;

    /** What was received and sent in all until now, and the players of now. Immutable. */
    record Sample(long bytesIn, long bytesOut, int players) {}

    /** Slots from the oldest to the newest, null where no sample was taken. Immutable. */
    record Series(List<Integer> inputKbps, List<Integer> outputKbps, List<Integer> players) {}

    /** Slots by their number modulo the capacity. Guarded by the lock. */
    private static final class Track {
        private final int[] inputKbps = new int[CAPACITY];
        private final int[] outputKbps = new int[CAPACITY];
        private final int[] players = new int[CAPACITY];
        private Sample last;
        private long lastSlot;

        /** @param elapsedNs since the sample before, 0 when there is none to compare with */
        void put(long slot, Sample sample, long elapsedNs) {
            int at = (int) (slot % CAPACITY);
            inputKbps[at] = last == null ? 0 : kbps(sample.bytesIn - last.bytesIn, elapsedNs);
            outputKbps[at] = last == null ? 0 : kbps(sample.bytesOut - last.bytesOut, elapsedNs);
            players[at] = sample.players;
            last = sample;
            lastSlot = slot;
        }

        void putAll(long slot, int value) {
            int at = (int) (slot % CAPACITY);
            inputKbps[at] = value;
            outputKbps[at] = value;
            players[at] = value;
        }

        private static int kbps(long bytes, long elapsedNs) {
            return elapsedNs <= 0 || bytes <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, bytes * 8e6 / elapsedNs);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Track server = new Track();
    private final Map<String, Track> streams = new HashMap<>();
    private long originNs;
    private long lastNs;
    private long slot = NONE;

    /**
     * Fills the slot that is nearest; a second sample for it is dropped. Slots that were missed have none.
     *
     * @param nowNs by a clock that never goes back
     * @param all of the server
     * @param live of the streams that have a publisher or players
     */
    void add(long nowNs, Sample all, Map<String, Sample> live) {
        lock.lock();
        try {
            if (slot == NONE) {
                originNs = nowNs;
                lastNs = nowNs;
            }
            long now = (nowNs - originNs + INTERVAL.toNanos() / 2) / INTERVAL.toNanos();
            if (now <= slot) {
                return;
            }
            for (long missed = Math.max(slot + 1, now - CAPACITY); missed < now; missed++) {
                putEverywhere(missed, NONE);
            }
            long elapsedNs = nowNs - lastNs;
            server.put(now, all, elapsedNs);
            streams.values().removeIf(track -> now - track.lastSlot >= CAPACITY);
            streams.forEach((name, track) -> {
                if (!live.containsKey(name)) {
                    track.putAll(now, 0);
                    track.last = null;
                }
            });
            live.forEach((name, sample) -> {
                Track track = streams.containsKey(name) ? streams.get(name) : newTrack(name);
                if (track != null) {
                    track.put(now, sample, elapsedNs);
                }
            });
            slot = now;
            lastNs = nowNs;
        } finally {
            lock.unlock();
        }
    }

    private void putEverywhere(long missed, int value) {
        server.putAll(missed, value);
        streams.values().forEach(track -> track.putAll(missed, value));
    }

    /** Null when there are too many: those are in the server's sums only. */
    private Track newTrack(String name) {
        if (streams.size() >= MAX_STREAMS) {
            return null;
        }
        Track track = new Track();
        for (int at = 0; at < CAPACITY; at++) {
            if (server.players[at] == NONE) {
                track.putAll(at, NONE);
            }
        }
        streams.put(name, track);
        return track;
    }

    Series server() {
        lock.lock();
        try {
            return series(server);
        } finally {
            lock.unlock();
        }
    }

    /** Null when it was not live, or there were too many that were. */
    Series stream(String name) {
        lock.lock();
        try {
            Track track = streams.get(name);
            return track == null ? null : series(track);
        } finally {
            lock.unlock();
        }
    }

    private Series series(Track track) {
        return new Series(inOrder(track.inputKbps), inOrder(track.outputKbps), inOrder(track.players));
    }

    private List<Integer> inOrder(int[] ring) {
        int length = (int) Math.min(slot + 1, CAPACITY);
        Integer[] values = new Integer[length];
        for (int i = 0; i < length; i++) {
            int value = ring[(int) ((slot - length + 1 + i) % CAPACITY)];
            values[i] = value == NONE ? null : (Integer) value;
        }
        return new ArrayList<>(Arrays.asList(values));
    }
}
