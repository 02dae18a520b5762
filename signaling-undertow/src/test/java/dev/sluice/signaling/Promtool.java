package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' own checker, where it is installed. Stateless. */
public final class Promtool {
    private static final Path PROGRAM = Path.of("/usr/bin/promtool");

    private Promtool() {}

    /** What it says, and how it ended; skips the test where it is not installed. */
    public static String run(String input, String... arguments) throws Exception {
        if (!Files.isExecutable(PROGRAM)) {
            assertFalse(
                    Boolean.parseBoolean(System.getenv("SLUICE_REQUIRE_CLIENTS")), "promtool is missing: " + PROGRAM);
            abort("promtool (package prometheus) is not installed");
        }
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said + "exit " + process.waitFor();
    }
}
