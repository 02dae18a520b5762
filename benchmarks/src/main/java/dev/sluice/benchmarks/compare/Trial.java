package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Loads against servers, interleaved: in each round every server gets every load, freshly started for each, so that a machine which
 * others use too, or which grows warm, favours none. Confined to the main thread.
 */
final class Trial {
    /** A server under a load. */
    record Row(String server, LoadCase load) {}

    private final LoadRunner loads;
    private final Path folder;
    private final String serverCpu;
    private final PrintStream progress;
    private final Map<Row, Samples> samples = new LinkedHashMap<>();
    private final Map<String, SrtpBackend> backends = new LinkedHashMap<>();

    Trial(LoadRunner loads, Path folder, String serverCpu, PrintStream progress) {
        this.loads = loads;
        this.folder = folder;
        this.serverCpu = serverCpu;
        this.progress = progress;
    }

    /** All loads for all servers. */
    void run(List<Contender> servers, List<LoadCase> cases, int rounds) throws IOException, InterruptedException {
        Map<Contender, List<LoadCase>> plan = new LinkedHashMap<>();
        servers.forEach(each -> plan.put(each, cases));
        run(plan, rounds);
    }

    /** Each server's own loads. */
    void run(Map<Contender, List<LoadCase>> plan, int rounds) throws IOException, InterruptedException {
        List<LoadCase> cases =
                plan.values().stream().flatMap(List::stream).distinct().toList();
        for (LoadCase load : cases) {
            for (Map.Entry<Contender, List<LoadCase>> each : plan.entrySet()) {
                if (each.getValue().contains(load)) {
                    samples.put(new Row(each.getKey().name(), load), new Samples());
                }
            }
        }
        for (int round = 1; round <= rounds; round++) {
            for (LoadCase load : cases) {
                for (Map.Entry<Contender, List<LoadCase>> each : plan.entrySet()) {
                    if (each.getValue().contains(load)) {
                        String name = each.getKey().name();
                        progress.print("Round " + round + "/" + rounds + ", " + name + ", " + load.title() + ": ");
                        progress.flush();
                        progress.println(once(each.getKey(), load, samples.get(new Row(name, load))));
                    }
                }
            }
        }
    }

    /** Returns what came out in a few words. */
    private String once(Contender server, LoadCase load, Samples to) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(folder, "server");
        try (RunningServer running = server.start(serverCpu, own)) {
            Measured measured = loads.run(load, running);
            // After the load: some load their ciphers with the first session.
            if (!backends.containsKey(server.name())) {
                SrtpBackend mapped = SrtpBackend.of(running.pids());
                boolean told = mapped.name().equals(SrtpBackend.BUILT_IN)
                        && !server.srtp().isEmpty();
                backends.put(server.name(), told ? new SrtpBackend(server.srtp(), false) : mapped);
            }
            to.add(measured);
            String refusal = measured.refusal();
            return Table.number(measured.cpuUs()) + " µs" + (refusal.isEmpty() ? "" : ", does not count: " + refusal);
        } catch (IOException e) {
            to.fail(e.getMessage());
            return e.getMessage();
        } finally {
            delete(own);
        }
    }

    Map<Row, Samples> samples() {
        return samples;
    }

    /** What a server encrypts with; "unknown" when none of its runs came to an end. */
    SrtpBackend backend(String server) {
        return backends.getOrDefault(server, new SrtpBackend("unknown", false));
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
