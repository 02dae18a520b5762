package dev.sluice.benchmarks.load.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What some processes together had used at one moment, from {@code /proc}. Immutable.
 *
 * @param userNs processor time in their own code; the sum of both is exact to 10 ms, how it is divided is sampled
 * @param systemNs processor time in the kernel for them; over loopback with what the kernel does for their receivers
 * @param rssBytes memory in RAM
 * @param threadNs processor time of each thread by name, threads of one name together
 */
public record ProcessUse(long userNs, long systemNs, long rssBytes, Map<String, Long> threadNs) {
    /** USER_HZ, which Linux fixed for all who read it. */
    private static final long TICK_NS = 10_000_000L;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int RSS = 21;
    private static final long PAGE_BYTES = 4_096;

    public static ProcessUse of(List<Long> pids) throws IOException {
        long user = 0;
        long system = 0;
        long pages = 0;
        Map<String, Long> threads = new LinkedHashMap<>();
        for (long pid : pids) {
            Path process = Path.of("/proc", Long.toString(pid));
            String[] fields = fields(process.resolve("stat"));
            user += Long.parseLong(fields[UTIME]);
            system += Long.parseLong(fields[STIME]);
            pages += Long.parseLong(fields[RSS]);
            addThreads(process.resolve("task"), threads);
        }
        return new ProcessUse(user * TICK_NS, system * TICK_NS, pages * PAGE_BYTES, threads);
    }

    /** Those behind the name, which is in parentheses and may hold anything; the first is the state. */
    private static String[] fields(Path stat) throws IOException {
        String text = Files.readString(stat);
        return text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static void addThreads(Path tasks, Map<String, Long> threads) throws IOException {
        try (Stream<Path> list = Files.list(tasks)) {
            for (Path task : list.toList()) {
                try {
                    // Run time, time waiting, slices: nanoseconds, where stat has ticks.
                    long runNs = Long.parseLong(
                            Files.readString(task.resolve("schedstat")).split(" ", 2)[0]);
                    threads.merge(Files.readString(task.resolve("comm")).strip(), runNs, Long::sum);
                } catch (IOException e) {
                    // The thread has just ended.
                }
            }
        }
    }

    public long totalNs() {
        return userNs + systemNs;
    }

    /** What was used since then; the memory is the present one. */
    public ProcessUse since(ProcessUse earlier) {
        Map<String, Long> threads = new LinkedHashMap<>();
        threadNs.forEach((name, ns) -> threads.put(name, ns - earlier.threadNs.getOrDefault(name, 0L)));
        return new ProcessUse(userNs - earlier.userNs, systemNs - earlier.systemNs, rssBytes, threads);
    }
}
