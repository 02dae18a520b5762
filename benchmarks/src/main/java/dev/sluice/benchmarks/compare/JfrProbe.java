package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a JVM allocates and how long its collector stops it, from a flight recording of another process. Immutable.
 *
 * @param bytesPerSecond allocated by all threads that lived through it
 * @param longestPauseMs 0 when there was none
 */
record JfrProbe(double bytesPerSecond, double longestPauseMs) {
    private static final String ALLOCATION = "jdk.ThreadAllocationStatistics";
    private static final Set<String> PAUSES = Set.of("jdk.GCPhasePause", "jdk.GarbageCollection");

    /** A recording that has begun. */
    record Running(long pid, Path file) {
        /** Ends it and reads it. */
        JfrProbe stop() throws IOException, InterruptedException {
            jcmd(pid, "JFR.stop", "name=bench", "filename=" + file);
            try {
                return read(file);
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }

    static Running start(long pid, Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("recording.jfr");
        jcmd(pid, "JFR.start", "name=bench", "settings=default");
        return new Running(pid, file);
    }

    private static void jcmd(long pid, String... words) throws IOException, InterruptedException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Programs.run(List.of(tool, Long.toString(pid), String.join(" ", words)));
    }

    /** Each chunk of a recording begins and ends with every thread's count. */
    static JfrProbe read(Path recording) throws IOException {
        Map<Long, long[]> firstAndLast = new HashMap<>();
        double longestMs = 0;
        long beginNs = Long.MAX_VALUE;
        long endNs = Long.MIN_VALUE;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                String type = event.getEventType().getName();
                if (type.equals(ALLOCATION) && event.getThread("thread") != null) {
                    long bytes = event.getLong("allocated");
                    long thread = event.getThread("thread").getJavaThreadId();
                    firstAndLast.computeIfAbsent(thread, key -> new long[] {bytes, bytes})[1] = bytes;
                    long atNs = event.getStartTime().getEpochSecond() * 1_000_000_000L
                            + event.getStartTime().getNano();
                    beginNs = Math.min(beginNs, atNs);
                    endNs = Math.max(endNs, atNs);
                } else if (PAUSES.contains(type)) {
                    Duration pause =
                            type.equals("jdk.GCPhasePause") ? event.getDuration() : event.getDuration("longestPause");
                    longestMs = Math.max(longestMs, pause.toNanos() / 1e6);
                }
            }
        }
        long bytes = firstAndLast.values().stream()
                .mapToLong(each -> each[1] - each[0])
                .sum();
        double seconds = (endNs - beginNs) / 1e9;
        return new JfrProbe(seconds > 0 ? bytes / seconds : Double.NaN, longestMs);
    }
}
