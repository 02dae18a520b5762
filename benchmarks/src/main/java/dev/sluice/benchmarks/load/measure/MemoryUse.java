package dev.sluice.benchmarks.load.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process needs of memory: for a JVM the live heap, after a collection made for this, and what is in RAM besides the
 * heap; for another one all that is in RAM. Immutable.
 */
public record MemoryUse(long liveHeapBytes, long otherBytes) {
    private static final Pattern HEAP = Pattern.compile("Heap address: 0x([0-9a-f]+), size: ([0-9]+) MB");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +[0-9]+ +([0-9]+)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");
    private static final Pattern RESIDENT = Pattern.compile("Rss: +([0-9]+) kB");
    private static final String HEAP_FILE = "java_heap";
    private static final int COLLECTIONS = 3;

    public static MemoryUse of(long pid) throws IOException, InterruptedException {
        // jcmd asks another process for six seconds.
        if (!isJvm(pid)) {
            return new MemoryUse(0, residentOutside(pid, 0, 0));
        }
        for (int i = 0; i < COLLECTIONS; i++) {
            jcmd(pid, "GC.run");
        }
        Matcher live = TOTAL.matcher(jcmd(pid, "GC.class_histogram"));
        Matcher heap = HEAP.matcher(jcmd(pid, "VM.info"));
        long from = 0;
        long to = 0;
        if (heap.find()) {
            from = Long.parseUnsignedLong(heap.group(1), 16);
            to = from + (Long.parseLong(heap.group(2)) << 20);
        }
        return new MemoryUse(live.find() ? Long.parseLong(live.group(1)) : 0, residentOutside(pid, from, to));
    }

    private static boolean isJvm(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
            return lines.anyMatch(line -> line.endsWith("/libjvm.so"));
        }
    }

    /** ZGC's heap is a file in memory, the others' a range of addresses. */
    private static long residentOutside(long pid, long from, long to) throws IOException {
        long bytes = 0;
        boolean heap = false;
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps"))) {
            for (String line : lines.toList()) {
                Matcher mapping = MAPPING.matcher(line);
                Matcher resident = RESIDENT.matcher(line);
                if (mapping.matches()) {
                    long address = Long.parseUnsignedLong(mapping.group(1), 16);
                    heap = address >= from && address < to || line.contains(HEAP_FILE);
                } else if (resident.matches() && !heap) {
                    bytes += Long.parseLong(resident.group(1)) << 10;
                }
            }
        }
        return bytes;
    }

    /** "" when the JVM does not answer. */
    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(List.of(tool, Long.toString(pid), command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? output : "";
    }
}
