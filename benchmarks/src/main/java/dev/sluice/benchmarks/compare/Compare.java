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

/** {@code ./bench compare}: Sluice and other servers, interleaved, under the same loads. Confined to the main thread. */
@Command(
        name = "./bench compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Sluice and each rival that is here under the same load, interleaved. Janus (package janus) needs no"
                        + " more; any other server is described by a file, see docs/performance.md.")
public final class Compare implements Callable<Integer> {
    static final String SLUICE = "sluice";
    private static final int EXIT_FAILED = 1;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--server", paramLabel = "FILE", description = "a described server; may be given more than once")
    List<Path> files = new ArrayList<>();

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "these servers alone (default all that are here)")
    List<String> only = List.of();

    @Option(names = "--players", paramLabel = "N", split = ",", description = "default ${DEFAULT-VALUE}")
    List<Integer> players = List.of(50, 300);

    @Option(
            names = "--shape",
            paramLabel = "NAME",
            split = ",",
            description = "of packets in time (default ${DEFAULT-VALUE})")
    List<String> shapes = List.of("chromium", "even");

    @Option(names = "--profile", paramLabel = "NAME", split = ",", description = "gcm, cm (default both)")
    List<String> profiles = List.of("gcm", "cm");

    @Option(names = "--rate", paramLabel = "PPS", description = "packets/s of the stream (default ${DEFAULT-VALUE})")
    int rate = 250;

    @Option(names = "--size", paramLabel = "BYTES", description = "of a packet (default ${DEFAULT-VALUE})")
    int size = 1_200;

    @Option(
            names = "--reports",
            paramLabel = "HZ",
            description = "transport-cc feedback of each player per second (default ${DEFAULT-VALUE})")
    double reports = 10;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;
    private Comparison found;

    Compare(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        if (JanusContender.isInstalled() && !OwnNetwork.isHere() && OwnNetwork.isPossible()) {
            System.exit(OwnNetwork.run(Java.command(Compare.class.getName(), List.of(arguments))));
        }
        System.exit(run(new Compare(out, err), err, arguments));
    }

    /** Returns the exit code. */
    public static int run(Callable<Integer> command, PrintStream err, String... arguments) {
        CommandLine commandLine = new CommandLine(command);
        commandLine.setExecutionExceptionHandler((e, line, parsed) -> {
            err.println(line.getCommandName() + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return EXIT_FAILED;
        });
        commandLine.setErr(new java.io.PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!common.problem().isEmpty()) {
            throw new ParameterException(spec.commandLine(), common.problem());
        }
        compare(contenders());
        return 0;
    }

    /** Those that take part, ready to be started. */
    private List<Contender> contenders() throws IOException, InterruptedException {
        List<Contender> all = new ArrayList<>();
        all.add(DescribedServer.sluice(SLUICE, List.of()));
        all.add(new JanusContender(OwnNetwork.isHere() ? OwnNetwork.ADDRESS : "", false));
        for (Path file : files) {
            all.add(DescribedServer.read(file));
        }
        List<Contender> here = new ArrayList<>();
        for (Contender each : all) {
            if (!only.isEmpty() && !only.contains(each.name())) {
                continue;
            }
            if (each.missing().isEmpty()) {
                each.prepare();
                here.add(each);
            } else {
                err.println("Left out: " + each.missing());
            }
        }
        if (here.isEmpty()) {
            throw new IOException("no server to measure");
        }
        return here;
    }

    private void compare(List<Contender> servers) throws IOException, InterruptedException {
        // The front that stands before Janus runs in this process: off the server's core.
        Programs.pinSelf(common.loadCpu);
        List<LoadCase> cases = cases();
        Path folder = Files.createTempDirectory("sluice-compare");
        try {
            Trial trial = new Trial(common.runner(folder), folder, common.serverCpu, err);
            trial.run(servers, cases, common.rounds);
            List<String> names = servers.stream().map(Contender::name).toList();
            found = new Comparison(SLUICE, names, cases, trial);
        } finally {
            Trial.delete(folder);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", Host.describe());
        json.put(
                "command",
                "./bench compare "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
        json.put("rows", found.json());
        Files.createDirectories(common.results);
        Path file = common.results.resolve("compare.json");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), json);
        Host.describe().forEach((name, value) -> out.println(name + "  " + value));
        out.println(found.text());
        for (Contender server : servers) {
            if (!server.notes().isEmpty()) {
                out.println(server.name() + ": " + server.notes());
            }
        }
        out.println(
                "Medians of " + common.rounds + " interleaved runs; processor time of the server, user and system, per"
                        + " packet sent to a player. A row whose load was saturated or that lost packets has no ratio.");
        out.println("JSON: " + file);
    }

    /** What was found, once it has run; null before. */
    Comparison found() {
        return found;
    }

    private List<LoadCase> cases() {
        List<LoadCase> cases = new ArrayList<>();
        List<String> more = reports == 10 ? List.of() : List.of("--reports", Double.toString(reports));
        for (String shape : shapes) {
            for (String profile : profiles) {
                for (int count : players) {
                    cases.add(new LoadCase(1, count, rate, size, shape, profile, more));
                }
            }
        }
        return cases;
    }
}
