package dev.sluice.benchmarks.replay;

import dev.sluice.engine.peer.SessionReplay;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.RecordedEvent;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/** What was sent and left out in a recording and in its replay, held against each other. Immutable once made. */
final class Comparison {
    /**
     * How much there was of something.
     *
     * @param same so many of them were in both, with the same bytes
     */
    record Row(long recorded, long replayed, long same) {}

    /** The first output of a peer that is another one, either null where there is none. */
    record Difference(int source, int number, RecordedEvent recorded, RecordedEvent replayed) {}

    private final SessionReplay.Result result;
    private final Map<String, Row> rows = new TreeMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private final long[] shiftsNs;

    Comparison(SessionReplay.Result result) {
        this.result = result;
        List<Long> shifts = new ArrayList<>();
        count(shifts);
        shiftsNs = shifts.stream().mapToLong(Math::abs).sorted().toArray();
        for (int source = RecordedEvent.PUBLISHER; source <= RecordedEvent.PLAYER; source++) {
            findDifference(source);
        }
    }

    SessionReplay.Result result() {
        return result;
    }

    /** By what it is. */
    Map<String, Row> rows() {
        return rows;
    }

    /** At most one for each peer. */
    List<Difference> differences() {
        return differences;
    }

    boolean isSame() {
        return differences.isEmpty();
    }

    /** How much earlier or later what is the same was sent: so many per cent of it not more than this. */
    long shiftNs(int percent) {
        return shiftsNs.length == 0 ? 0 : shiftsNs[(int) ((shiftsNs.length - 1L) * percent / 100)];
    }

    private void count(List<Long> shifts) {
        Map<Object, Queue<RecordedEvent>> unmatched = new HashMap<>();
        Map<String, long[]> counts = new TreeMap<>();
        for (RecordedEvent event : result.recorded()) {
            unmatched.computeIfAbsent(key(event), key -> new ArrayDeque<>()).add(event);
            counts.computeIfAbsent(name(event), name -> new long[3])[0]++;
        }
        for (RecordedEvent event : result.replayed()) {
            long[] row = counts.computeIfAbsent(name(event), name -> new long[3]);
            row[1]++;
            Queue<RecordedEvent> candidates = unmatched.get(key(event));
            if (candidates != null && !candidates.isEmpty()) {
                row[2]++;
                shifts.add(event.atNs() - candidates.remove().atNs());
            }
        }
        counts.forEach((name, row) -> rows.put(name, new Row(row[0], row[1], row[2])));
    }

    private static Object key(RecordedEvent event) {
        return List.of(event.source(), event.kind(), ByteBuffer.wrap(event.payload()));
    }

    private void findDifference(int source) {
        List<RecordedEvent> recorded = SessionReplay.Result.of(result.recorded(), source);
        List<RecordedEvent> replayed = SessionReplay.Result.of(result.replayed(), source);
        for (int i = 0; i < Math.max(recorded.size(), replayed.size()); i++) {
            RecordedEvent then = i < recorded.size() ? recorded.get(i) : null;
            RecordedEvent now = i < replayed.size() ? replayed.get(i) : null;
            boolean same = then != null
                    && now != null
                    && then.kind() == now.kind()
                    && Arrays.equals(then.payload(), now.payload());
            if (!same) {
                differences.add(new Difference(source, i, then, now));
                return;
            }
        }
    }

    private static String name(RecordedEvent event) {
        String to = event.source() == RecordedEvent.PLAYER ? "to the player: " : "to the publisher: ";
        return to + OutputName.of(event);
    }

    /** Changes of the quality that is sent, of the recording or the replay. */
    static List<RecordedEvent> switches(List<RecordedEvent> outputs) {
        return outputs.stream().filter(event -> event.kind() == EventKind.LAYER).toList();
    }
}
