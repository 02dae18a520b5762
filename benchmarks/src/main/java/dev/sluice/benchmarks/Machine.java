package dev.sluice.benchmarks;

import dev.sluice.natives.srtp.SrtpProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a figure is worth nothing without: processor, kernel, JDK, libraries, date. Immutable. */
public final class Machine {
    private Machine() {}

    /** Some lines, each with its name in front. */
    public static String describe(List<SrtpProvider> providers) {
        Runtime.Version jdk = Runtime.version();
        String libraries = providers.stream()
                .map(each -> each.optionName() + " = " + each.description())
                .collect(Collectors.joining(", "));
        return """
                CPU     %s, %d processors, load %.1f at the start
                kernel  %s %s (%s)
                JDK     %s, %s
                SRTP    %s
                date    %s
                """.formatted(
                        cpu(),
                        Runtime.getRuntime().availableProcessors(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        firstValue(Path.of("/etc/os-release"), "PRETTY_NAME=").replace("\"", ""),
                        jdk,
                        System.getProperty("java.vendor.version", System.getProperty("java.vendor")),
                        libraries,
                        LocalDate.now(ZoneOffset.UTC));
    }

    /** The same for JSON: cpu, kernel, jdk, date, load_average. */
    public static Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("cpu", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        facts.put("kernel", System.getProperty("os.version"));
        facts.put("jdk", Runtime.version().toString());
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("load_average", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        return facts;
    }

    private static String cpu() {
        String name = firstValue(Path.of("/proc/cpuinfo"), "model name");
        String flags = " " + firstValue(Path.of("/proc/cpuinfo"), "flags") + " ";
        String crypto = Stream.of("aes", "vaes", "sha_ni", "avx512f")
                .filter(flag -> flags.contains(" " + flag + " "))
                .collect(Collectors.joining(" "))
                .toUpperCase(Locale.ROOT);
        return crypto.isEmpty() ? name : name + " (" + crypto + ")";
    }

    /** What stands behind the name in the first line that begins with it; "unknown" when there is none. */
    private static String firstValue(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length()).replaceFirst("^\\s*:\\s*", ""))
                    .findFirst()
                    .orElse("unknown")
                    .stripTrailing();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
