package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ./bench scale}: what a packet costs by players, streams, loops and size, as curves. Confined to the main thread. */
@Command(
        name = "./bench scale",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Server CPU per forwarded packet against players, streams, loops and packet size; writes the curves as"
                        + " SVG.")
public final class Scale implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "of players, streams, loops, size (default all)")
    List<String> only = List.of();

    @Option(
            names = "--shape",
            paramLabel = "NAME",
            split = ",",
            description = "of packets in time (default ${DEFAULT-VALUE})")
    List<String> shapes = List.of("chromium", "even");

    @Option(names = "--profile", paramLabel = "NAME", description = "gcm or cm (default ${DEFAULT-VALUE})")
    String profile = "gcm";

    @Option(names = "--docs", paramLabel = "FOLDER", description = "for the curves (default ${DEFAULT-VALUE})")
    Path docs = Path.of("docs");

    @Option(names = "--quick", description = "few small points: shows that it works, no more")
    boolean quick;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;
    private final ServerMaker servers;
    private final List<Path> pictures = new ArrayList<>();
    private Table table;

    /** Makes Sluice with more arguments, under a name. */
    interface ServerMaker {
        Contender make(String name, List<String> arguments) throws IOException;
    }

    Scale(PrintStream out, PrintStream err, ServerMaker servers) {
        this.out = out;
        this.err = err;
        this.servers = servers;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(Compare.run(new Scale(out, err, DescribedServer::sluice), err, arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Sweep> all = Sweep.all(profile, quick);
        if (!common.problem().isEmpty() || !all.keySet().containsAll(only)) {
            String problem = common.problem().isEmpty() ? "--only takes " + all.keySet() : common.problem();
            throw new ParameterException(spec.commandLine(), problem);
        }
        all.keySet().removeIf(each -> !only.isEmpty() && !only.contains(each));
        Path folder = Files.createTempDirectory("sluice-scale");
        List<Map<String, Object>> json = new ArrayList<>();
        table = new Table(2, "against", "load", "µs/packet", "user", "system", "packets/s", "p99 ms", "remarks");
        try {
            for (Sweep sweep : all.values()) {
                json.addAll(measure(sweep, folder));
            }
        } finally {
            Trial.delete(folder);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("machine", Host.describe());
        result.put(
                "command",
                "./bench scale "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
        result.put("rows", json);
        Files.createDirectories(common.results);
        Path file = common.results.resolve("scale.json");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), result);
        Host.describe().forEach((name, value) -> out.println(name + "  " + value));
        out.println("\n" + table);
        pictures.forEach(each -> out.println("Picture: " + each));
        out.println("JSON: " + file);
        return 0;
    }

    private List<Map<String, Object>> measure(Sweep sweep, Path folder) throws IOException, InterruptedException {
        Trial trial = new Trial(common.runner(folder), folder, cores(sweep), err);
        Map<Contender, List<LoadCase>> plan = new LinkedHashMap<>();
        Map<String, Contender> byName = new LinkedHashMap<>();
        for (int value : sweep.values()) {
            String name = sweep.server(value);
            Contender server = byName.get(name);
            if (server == null) {
                server = servers.make(name, sweep.arguments().apply(value));
                server.prepare();
                byName.put(name, server);
            }
            for (String shape : shapes) {
                plan.computeIfAbsent(server, key -> new ArrayList<>())
                        .add(sweep.load().load(value, shape));
            }
        }
        trial.run(plan, common.rounds);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map.Entry<Trial.Row, Samples> each : trial.samples().entrySet()) {
            Trial.Row row = each.getKey();
            Samples samples = each.getValue();
            String named = row.server().equals(Compare.SLUICE) ? "" : row.server() + ", ";
            table.row(
                    sweep.name(),
                    named + row.load().title(),
                    Table.number(samples.median(Measured::cpuUs)),
                    Table.number(samples.median(Measured::userUs)),
                    Table.number(samples.median(Measured::systemUs)),
                    Table.number(samples.median(Measured::packetsPerSecond)),
                    Table.number(samples.median(Measured::p99Ms)),
                    samples.remark());
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("against", sweep.name());
            json.put("server", row.server());
            json.put("load", row.load());
            double us = samples.median(Measured::cpuUs);
            json.put("cpu_us_per_packet", Double.isFinite(us) ? us : null);
            json.put("remark", samples.remark());
            json.put("runs", samples.runs());
            rows.add(json);
        }
        draw(sweep, trial);
        return rows;
    }

    /** Several loops need several cores. */
    private String cores(Sweep sweep) {
        boolean loops = sweep.name().equals("loops");
        return loops
                        && Programs.cores(common.serverCpu) == 1
                        && Runtime.getRuntime().availableProcessors() > 1
                ? "0,1"
                : common.serverCpu;
    }

    private void draw(Sweep sweep, Trial trial) throws IOException {
        if (trial.samples().values().stream().noneMatch(Samples::stands)) {
            err.println("No picture of " + sweep.name() + ": no point of it stands.");
            return;
        }
        Files.createDirectories(docs);
        Path file = docs.resolve("scale-" + sweep.name() + ".svg");
        Files.writeString(file, sweep.chart(shapes, trial.samples()).svg(), StandardCharsets.UTF_8);
        pictures.add(file);
    }

    /** What was found, once it has run; null before. */
    Table table() {
        return table;
    }

    List<Path> pictures() {
        return pictures;
    }
}
