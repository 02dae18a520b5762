package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ./bench all}: every measurement, each as its own process, in one dated report. Confined to the main thread. */
@Command(
        name = "./bench all",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Runs all measurements and writes one dated report, Markdown and JSON. It takes about an hour; keep the"
                        + " machine to itself meanwhile.")
public final class Report implements Callable<Integer> {
    private static final String BENCHMARKS = "dev.sluice.benchmarks.";
    private static final Set<String> PARTS = new TreeSet<>(Set.of("jmh", "floor", "targets", "compare", "scale"));
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--only", paramLabel = "PART", split = ",", description = "of jmh, floor, targets, compare, scale")
    List<String> only = List.copyOf(PARTS);

    @Option(
            names = "--jmh",
            paramLabel = "NAME",
            split = ",",
            description = "benchmarks to run (default ${DEFAULT-VALUE})")
    List<String> jmh = List.of("LoopBenchmark", "SrtpBenchmark", "DtlsBenchmark");

    @Option(names = "--server", paramLabel = "FILE", description = "a described server for compare; more than once")
    List<Path> files = new ArrayList<>();

    @Option(names = "--docs", paramLabel = "FOLDER", description = "put report and curves there, too")
    Path docs;

    @Option(names = "--quick", description = "everything as short as can be: shows that it works, no more")
    boolean quick;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;
    private final Scale.ServerMaker servers;
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final StringBuilder page = new StringBuilder();

    Report(PrintStream out, PrintStream err, Scale.ServerMaker servers) {
        this.out = out;
        this.err = err;
        this.servers = servers;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(Compare.run(new Report(out, err, DescribedServer::sluice), err, arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!common.problem().isEmpty() || !PARTS.containsAll(only)) {
            String problem = common.problem().isEmpty() ? "--only takes " + PARTS : common.problem();
            throw new ParameterException(spec.commandLine(), problem);
        }
        Files.createDirectories(common.results);
        Map<String, String> host = Host.describe();
        page.append("# Sluice, measured on ").append(host.get("date")).append("\n\n");
        host.forEach((name, value) ->
                page.append("- ").append(name).append(": ").append(value).append('\n'));
        String command = "./bench all "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
        page.append("- command: `").append(command.strip()).append("`\n");
        if (quick) {
            page.append("\nA quick run: it shows that everything works; its figures and verdicts say nothing.\n");
        }
        json.put("machine", host);
        json.put("command", command.strip());
        int targetsAt = page.length();
        JsonNode handshakes = jmh();
        JsonNode floor = floor("floor", quick ? List.of("--quick") : List.of());
        JsonNode loops = floor("floor --loops", quick ? List.of("--loops", "--quick") : List.of("--loops"));
        targets(targetsAt, floor, loops, handshakes);
        part("compare", "compare.Compare", compareArguments(), "compare.json");
        part("scale", "compare.Scale", scaleArguments(), "scale.json");
        write(host.get("date"));
        return 0;
    }

    /** Returns what DtlsBenchmark wrote. */
    private JsonNode jmh() throws IOException, InterruptedException {
        if (only.contains("jmh")) {
            for (String name : jmh) {
                List<String> arguments = new ArrayList<>(List.of(name, "-f", "1"));
                if (quick) {
                    arguments.addAll(List.of("-wi", "0", "-i", "1", "-r", "100ms"));
                }
                section("jmh " + String.join(" ", arguments), BENCHMARKS + "Main", arguments);
            }
        }
        // JMH's own folder is fixed.
        return read("jmh", Path.of("benchmarks", "target", "results", "DtlsBenchmark.json"));
    }

    private JsonNode floor(String title, List<String> more) throws IOException, InterruptedException {
        Path file = common.results.resolve(title.replace(" --", "-") + ".json");
        Files.deleteIfExists(file);
        if (only.contains("floor")) {
            List<String> arguments = new ArrayList<>(more);
            arguments.addAll(List.of("--json", file.toString()));
            String command = "floor" + (more.isEmpty() ? "" : " " + String.join(" ", more));
            section(command, BENCHMARKS + "floor.Floor", arguments);
        }
        return read(title, file);
    }

    private void targets(int at, JsonNode floor, JsonNode loops, JsonNode handshakes)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-report");
        TargetRuns runs = new TargetRuns(common, quick, folder, err, servers);
        try {
            if (only.contains("targets")) {
                runs.run();
            }
        } finally {
            Trial.delete(folder);
        }
        Targets targets = new Targets(floor, loops, handshakes, runs);
        String scaled = Double.isNaN(targets.factor())
                ? "Not scaled: the C floor was not measured."
                : "Scaled: to a machine on which C's fan-out takes " + Table.number(Targets.REFERENCE_FLOOR_NS)
                        + " ns a packet; here it takes " + Table.number(targets.factor()) + " × as long.";
        page.insert(at, "\n## Targets\n\n" + targets.table().markdown() + "\n" + scaled + "\n");
        json.put("loads", runs.json());
        json.put("scale_factor", Double.isNaN(targets.factor()) ? null : targets.factor());
        out.println(targets.table());
    }

    private List<String> compareArguments() {
        List<String> arguments = commonArguments();
        files.forEach(each -> arguments.addAll(List.of("--server", each.toString())));
        if (quick) {
            arguments.addAll(List.of("--players", "2", "--shape", "chromium", "--profile", "gcm"));
        }
        return arguments;
    }

    private List<String> scaleArguments() {
        List<String> arguments = commonArguments();
        arguments.addAll(List.of("--docs", (docs == null ? common.results : docs).toString()));
        if (quick) {
            arguments.addAll(List.of("--quick", "--only", "players", "--shape", "chromium"));
        }
        return arguments;
    }

    private List<String> commonArguments() {
        return new ArrayList<>(List.of(
                "--rounds", Integer.toString(common.rounds),
                "--seconds", Integer.toString(common.seconds),
                "--warm-up", Integer.toString(common.warmUp),
                "--server-cpu", common.serverCpu,
                "--load-cpu", common.loadCpu,
                "--results", common.results.toString()));
    }

    private void part(String name, String mainClass, List<String> arguments, String file)
            throws IOException, InterruptedException {
        if (only.contains(name)) {
            section(name + " " + String.join(" ", arguments), BENCHMARKS + mainClass, arguments);
            read(name, common.results.resolve(file));
        }
    }

    /** Runs a part and puts what it prints into the page; its progress goes to our error stream. */
    private void section(String command, String mainClass, List<String> arguments)
            throws IOException, InterruptedException {
        err.println("./bench " + command);
        Process process = new ProcessBuilder(Java.command(mainClass, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread ender = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(ender);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ender);
        page.append("\n## ./bench ")
                .append(command)
                .append("\n\n```\n")
                .append(text.strip())
                .append("\n```\n");
        if (code != 0) {
            page.append("\nIt ended with ").append(code).append(".\n");
        }
    }

    /** Takes a part's JSON into ours; missing when there is none. */
    private JsonNode read(String name, Path file) throws IOException {
        String part = name.startsWith("floor") ? "floor" : name;
        if (!only.contains(part) || !Files.exists(file)) {
            return MissingNode.getInstance();
        }
        JsonNode node = JSON.readTree(file.toFile());
        json.put(name, node);
        return node;
    }

    private void write(String date) throws IOException {
        List<Path> folders = new ArrayList<>(List.of(common.results));
        if (docs != null) {
            folders.add(docs);
        }
        for (Path folder : folders) {
            Files.createDirectories(folder);
            Path markdown = folder.resolve("report-" + date + ".md");
            Files.writeString(markdown, page, StandardCharsets.UTF_8);
            JSON.writeValue(folder.resolve("report-" + date + ".json").toFile(), json);
            out.println("Report: " + markdown);
        }
    }
}
