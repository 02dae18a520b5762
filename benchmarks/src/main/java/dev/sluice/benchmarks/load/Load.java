package dev.sluice.benchmarks.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.benchmarks.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code ./bench load}. Confined to the main thread. */
public final class Load {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;

    private Load() {}

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        LoadOptions options = new LoadOptions();
        CommandLine commandLine = new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
        try {
            CommandLine.ParseResult parsed = commandLine.parseArgs(args);
            if (parsed.isUsageHelpRequested()) {
                commandLine.usage(out);
                return 0;
            }
            if (options.problem() != null) {
                throw new ParameterException(commandLine, options.problem());
            }
            // Before pinning: it counts the processors that may be used.
            Map<String, Object> machine = Machine.facts();
            pin(options.loadCpu);
            Result result = measure(options, machine, args, out);
            out.print(ResultText.of(result));
            if (options.json != null) {
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(options.json.toFile(), result);
            }
            return 0;
        } catch (ParameterException e) {
            err.println("load: " + e.getMessage() + " (see --help)");
            return EXIT_USAGE;
        } catch (IOException | UncheckedIOException | LoadFailedException e) {
            err.println("load: " + e.getMessage());
            return EXIT_FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return EXIT_FAILED;
        }
    }

    private static Result measure(LoadOptions options, Map<String, Object> machine, String[] args, PrintStream out)
            throws IOException, InterruptedException, LoadFailedException {
        String command = "./bench load " + String.join(" ", args);
        if (!options.start) {
            return new Run(options, machine, command, options.name, out).measure();
        }
        List<String> more = options.serverArgs.isBlank() ? List.of() : List.of(options.serverArgs.split(" +"));
        try (ServerProcess server = ServerProcess.start(options.serverCpu, more)) {
            options.server = server.url();
            options.pids = List.of(server.pid());
            return new Run(options, machine, command, options.name + ": " + server.readyLine(), out).measure();
        }
    }

    /** All threads there are; those to come inherit it. */
    private static void pin(String cpus) throws IOException, InterruptedException {
        if (!cpus.isEmpty()) {
            String pid = Long.toString(ProcessHandle.current().pid());
            Process taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", cpus, pid)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (taskset.waitFor() != 0) {
                throw new IOException("the load cannot be pinned to " + cpus);
            }
        }
    }
}
