package dev.sluice.benchmarks.replay;

import dev.sluice.engine.peer.SessionReplay;
import dev.sluice.engine.record.RecordedSession;
import dev.sluice.natives.srtp.SrtpProviders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code ./bench replay FILE}. Confined to the main thread. */
public final class Replay {
    private static final int EXIT_DIFFERENT = 1;
    private static final int EXIT_UNUSABLE = 2;

    @Command(
            name = "./bench replay",
            description =
                    "Lets a recorded session happen again in virtual time and compares what the server sends with what"
                            + " it sent then. Ends with 0 when that is the same, with 1 when it is not, with 2 when the"
                            + " file cannot be replayed.")
    private static final class Options {
        @Parameters(paramLabel = "FILE", description = "a recording (pcapng)")
        private Path file;

        @Option(names = "--help", usageHelp = true, description = "this text")
        private boolean help;
    }

    private Replay() {}

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        Options options = new Options();
        CommandLine commandLine = new CommandLine(options);
        try {
            if (commandLine.parseArgs(args).isUsageHelpRequested()) {
                commandLine.usage(out);
                return 0;
            }
        } catch (ParameterException e) {
            err.println("replay: " + e.getMessage() + " (see --help)");
            return EXIT_UNUSABLE;
        }
        try {
            RecordedSession session = RecordedSession.read(options.file);
            SessionReplay.Result result =
                    new SessionReplay(session, SrtpProviders.available().getFirst()).run();
            Comparison comparison = new Comparison(result);
            ReplayText.print(session, comparison, out);
            return comparison.isSame() ? 0 : EXIT_DIFFERENT;
        } catch (IOException e) {
            err.println("replay: " + options.file + ": " + e.getMessage());
        } catch (OutOfMemoryError e) { // A gibibyte of something else.
            err.println("replay: " + options.file + ": it does not fit into this machine's memory");
        }
        return EXIT_UNUSABLE;
    }
}
