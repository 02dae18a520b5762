package dev.sluice.signaling.diagnose;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this process runs on, as far as Java and {@code /proc} tell. Stateless. */
final class Machine {
    private static final List<String> FILES = List.of(
            "/proc/sys/net/core/rmem_max",
            "/proc/sys/net/core/wmem_max",
            "/proc/sys/net/core/rmem_default",
            "/proc/sys/net/core/somaxconn",
            "/proc/sys/net/ipv4/ip_local_port_range",
            "/sys/fs/cgroup/memory.max",
            "/sys/fs/cgroup/cpu.max",
            "/proc/loadavg",
            "/proc/self/limits",
            "/proc/self/status",
            "/proc/net/snmp",
            "/proc/net/sockstat");

    private static final List<String> SECRET_WORDS = List.of("password", "secret", "token", "key", "credential");

    private Machine() {}

    static String versions(String sluice) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append("Sluice ").append(sluice).append('\n');
        for (String name : List.of(
                "java.runtime.version", "java.vendor.version", "java.vm.name", "os.name", "os.version", "os.arch")) {
            text.append(name).append(' ').append(System.getProperty(name)).append('\n');
        }
        text.append("processors ")
                .append(Runtime.getRuntime().availableProcessors())
                .append('\n');
        text.append("most heap bytes ").append(Runtime.getRuntime().maxMemory()).append('\n');
        lines("/etc/os-release").filter(line -> line.startsWith("PRETTY_NAME")).forEach(line -> text.append(line)
                .append('\n'));
        lines("/proc/cpuinfo")
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .ifPresent(line -> text.append(line).append('\n'));
        lines("/proc/meminfo")
                .filter(line -> line.startsWith("MemTotal") || line.startsWith("MemAvailable"))
                .forEach(line -> text.append(line).append('\n'));
        text.append("\nLibraries:\n");
        libraries().forEach(name -> text.append(name).append('\n'));
        return text.toString();
    }

    private static Stream<String> lines(String file) throws IOException {
        Path path = Path.of(file);
        return Files.isReadable(path) ? Files.readAllLines(path).stream() : Stream.empty();
    }

    /** The jars of the class path, and those beside it that its manifest names. */
    private static List<String> libraries() throws IOException {
        String[] entries = System.getProperty("java.class.path", "").split(java.io.File.pathSeparator, -1);
        Path beside = Path.of(entries[0]).resolveSibling("lib");
        try (Stream<Path> lib = Files.isDirectory(beside) ? Files.list(beside) : Stream.empty()) {
            return Stream.concat(Stream.of(entries).map(Path::of), lib)
                    .filter(path -> path.getFileName() != null)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /** Kernel settings, limits of the process, its memory, what UDP lost. */
    static String limits() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String file : FILES) {
            text.append("== ").append(file).append('\n');
            lines(file).forEach(line -> text.append(line).append('\n'));
        }
        Path descriptors = Path.of("/proc/self/fd");
        if (Files.isDirectory(descriptors)) {
            try (Stream<Path> open = Files.list(descriptors)) {
                text.append("== open descriptors\n").append(open.count()).append('\n');
            }
        }
        return text.toString();
    }

    /** The JVM's arguments and what its flags came to. */
    static String jvm() {
        StringBuilder text = new StringBuilder("== arguments\n");
        ManagementFactory.getRuntimeMXBean()
                .getInputArguments()
                .forEach(argument -> text.append(withoutSecret(argument)).append('\n'));
        text.append("== flags that can be changed at run time\n");
        HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (hotSpot != null) {
            for (VMOption option : hotSpot.getDiagnosticOptions()) {
                text.append(option.getName())
                        .append('=')
                        .append(option.getValue())
                        .append('\n');
            }
        }
        text.append("== memory\n");
        ManagementFactory.getMemoryPoolMXBeans().forEach(pool -> text.append(pool.getName())
                .append(' ')
                .append(pool.getUsage())
                .append('\n'));
        ManagementFactory.getGarbageCollectorMXBeans().forEach(gc -> text.append(gc.getName())
                .append(' ')
                .append(gc.getCollectionCount())
                .append(" times, ")
                .append(gc.getCollectionTime())
                .append(" ms\n"));
        return text.toString();
    }

    /** A property named like a secret keeps its name only. */
    static String withoutSecret(String argument) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals).toLowerCase(Locale.ROOT);
        boolean secret = equals > 0 && SECRET_WORDS.stream().anyMatch(name::contains);
        return secret ? argument.substring(0, equals) + "=(set)" : argument;
    }

    /** Platform threads with their stacks. */
    static String threads() {
        Map<String, String> stacks = new TreeMap<>();
        Thread.getAllStackTraces()
                .forEach((thread, stack) -> stacks.put(
                        thread.getName() + " #" + thread.threadId(),
                        thread.getState()
                                + Stream.of(stack)
                                        .map(frame -> "\n    at " + frame)
                                        .collect(Collectors.joining())));
        StringBuilder text = new StringBuilder();
        stacks.forEach(
                (name, stack) -> text.append(name).append(' ').append(stack).append("\n\n"));
        return text.toString();
    }
}
