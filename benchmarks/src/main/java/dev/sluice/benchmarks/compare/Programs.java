package dev.sluice.benchmarks.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the benchmarks ask of the machine's own programs. Immutable. */
final class Programs {
    private Programs() {}

    /** Whether there is such a program: a path, or a name to be found on the PATH. */
    static boolean isHere(String program) {
        if (program.contains("/")) {
            return Files.isExecutable(Path.of(program));
        }
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(Pattern.quote(File.pathSeparator), -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    /** How many cores taskset's list has: {@code 0}, {@code 0,1}, {@code 0-3}. */
    static int cores(String list) {
        int cores = 0;
        for (String part : list.split(",", -1)) {
            String[] ends = part.split("-", 2);
            cores += Integer.parseInt(ends[ends.length - 1].strip()) - Integer.parseInt(ends[0].strip()) + 1;
        }
        return cores;
    }

    /** Puts this process, all its threads, on cores; those to come inherit it. */
    static void pinSelf(String cpus) throws IOException, InterruptedException {
        run(List.of(
                "taskset",
                "-a",
                "-c",
                "-p",
                cpus,
                Long.toString(ProcessHandle.current().pid())));
    }

    /** Runs a program to its end; what it prints is not kept. */
    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }
}
