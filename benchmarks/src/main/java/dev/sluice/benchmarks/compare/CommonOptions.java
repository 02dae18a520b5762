package dev.sluice.benchmarks.compare;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that comparisons and curves share. Confined to the main thread. */
final class CommonOptions {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "interleaved rounds; medians count (default ${DEFAULT-VALUE})")
    int rounds = 3;

    @Option(names = "--seconds", paramLabel = "S", description = "measured in each run (default ${DEFAULT-VALUE})")
    int seconds = 5;

    @Option(names = "--warm-up", paramLabel = "S", description = "before them (default ${DEFAULT-VALUE})")
    int warmUp = 10;

    @Option(names = "--server-cpu", paramLabel = "LIST", description = "the servers' cores (default ${DEFAULT-VALUE})")
    String serverCpu = "0";

    @Option(names = "--load-cpu", paramLabel = "LIST", description = "the load's cores (default ${DEFAULT-VALUE})")
    String loadCpu = "1";

    @Option(names = "--results", paramLabel = "FOLDER", description = "for the JSON (default ${DEFAULT-VALUE})")
    Path results = Path.of("benchmarks", "target", "results");

    /** The load's program in place of our own; for tests. */
    List<String> loadProgram = LoadRunner.benchLoad();

    LoadRunner runner(Path folder) {
        return new LoadRunner(loadProgram, folder, loadCpu, seconds, warmUp);
    }

    /** What is wrong with them; empty when nothing is. */
    String problem() {
        if (rounds < 1 || rounds > 100 || seconds < 1 || seconds > 600 || warmUp < 0 || warmUp > 600) {
            return "1 to 100 rounds of 1 to 600 seconds";
        }
        return serverCpu.matches("[0-9]+([,-][0-9]+)*") ? "" : "--server-cpu takes a list such as 0 or 0,1 or 0-3";
    }
}
