package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The machine and the state of the source that figures belong to. Immutable. */
public final class Host {
    private Host() {}

    /** Each with its name. */
    public static Map<String, String> describe() throws IOException {
        Map<String, String> host = new LinkedHashMap<>();
        host.put("cpu", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " processors for this process");
        host.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        host.put("jdk", Runtime.version() + ", " + System.getProperty("java.vendor.version", ""));
        host.put("commit", commit());
        host.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        host.put("load", String.format(Locale.ROOT, "%.1f over the last minute", load));
        return host;
    }

    private static String cpu() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(file)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static String commit() throws IOException {
        try {
            Process process = new ProcessBuilder(List.of("git", "describe", "--always", "--dirty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 && !text.isEmpty() ? text : "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
