package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs {@code ./bench load} as a process of its own and reads its JSON. Confined to the main thread. */
final class LoadRunner {
    private static final String LOAD = "dev.sluice.benchmarks.load.Load";
    private static final int PATIENCE_S = 180;

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> program;
    private final Path folder;
    private final String loadCpu;
    private final int seconds;
    private final int warmUp;

    /**
     * @param program the load's command line but for its options
     * @param folder for its output
     * @param loadCpu cores of the load, as taskset takes them
     * @param warmUp seconds before those that count
     */
    LoadRunner(List<String> program, Path folder, String loadCpu, int seconds, int warmUp) {
        this.program = program;
        this.folder = folder;
        this.loadCpu = loadCpu;
        this.seconds = seconds;
        this.warmUp = warmUp;
    }

    /** {@code ./bench load} itself. */
    static List<String> benchLoad() {
        return Java.command(LOAD, List.of());
    }

    /** One load against a server; an exception says in its message what the load said last. */
    Measured run(LoadCase load, RunningServer server) throws IOException, InterruptedException {
        Path result = folder.resolve("load.json");
        Path output = folder.resolve("load.txt");
        Files.deleteIfExists(result);
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("--server", server.url().toString()));
        command.addAll(
                List.of("--pid", server.pids().stream().map(String::valueOf).collect(Collectors.joining(","))));
        command.addAll(List.of("--name", server.name(), "--whip", server.whip(), "--whep", server.whep()));
        command.addAll(load.arguments());
        command.addAll(List.of("--seconds", Integer.toString(seconds), "--warm-up", Integer.toString(warmUp)));
        command.addAll(List.of("--load-cpu", loadCpu, "--json", result.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        if (load.isStorm()) {
            builder.environment().merge("JDK_JAVA_OPTIONS", Java.SHORT_LIVED, (before, more) -> before + " " + more);
        }
        Process process = builder.start();
        Thread ender = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ender);
        try {
            if (!process.waitFor(PATIENCE_S + (long) seconds + warmUp, TimeUnit.SECONDS)) {
                throw new IOException("the load did not end: " + lastLine(output));
            }
            if (process.exitValue() != 0 || !Files.exists(result)) {
                throw new IOException("the load failed: " + lastLine(output));
            }
            JsonNode read = json.readTree(result.toFile());
            return new Measured(read);
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(ender);
        }
    }

    private static String lastLine(Path output) throws IOException {
        return Files.readAllLines(output, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse("it said nothing");
    }
}
