package dev.sluice.benchmarks.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.benchmarks.compare.Compare;
import dev.sluice.benchmarks.compare.Host;
import dev.sluice.benchmarks.compare.Java;
import dev.sluice.benchmarks.compare.OwnNetwork;
import dev.sluice.benchmarks.network.browser.Chromium;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./bench network}: real browsers on bad networks. Confined to the main thread. */
@Command(
        name = "./bench network",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "A publisher and players in headless Chromium reach a server through a relay that delays, loses,"
                + " reorders and narrows; what the players saw as a table, JSON and plots.")
public final class Network implements Callable<Integer> {
    private static final List<String> CODECS = List.of("vp8", "vp9", "av1", "h264");

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            split = ",",
            description = "these networks alone (default all; --list names them)")
    List<String> names = List.of();

    @Option(names = "--list", description = "name all networks, and end")
    boolean isList;

    @Option(
            names = "--server",
            paramLabel = "NAME|FILE",
            split = ",",
            description = "sluice, janus, or described by a file, see docs/performance.md (default ${DEFAULT-VALUE})")
    List<String> servers = List.of(Servers.SLUICE);

    @Option(
            names = "--whip",
            paramLabel = "URL",
            description = "where to publish at a server that runs already, with {stream}; needs --whep")
    String whip = "";

    @Option(names = "--whep", paramLabel = "URL", description = "where to play there, with {stream}")
    String whep = "";

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "measured of each network that has no length of its own (default ${DEFAULT-VALUE})")
    int seconds = 20;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "before players come, and again before they count (default ${DEFAULT-VALUE})")
    int warmUp = 6;

    @Option(names = "--codec", paramLabel = "NAME", description = "vp8, vp9, av1, h264 (default ${DEFAULT-VALUE})")
    String codec = "vp8";

    @Option(names = "--seed", paramLabel = "N", description = "of all chance (default ${DEFAULT-VALUE})")
    long seed = 1;

    @Option(names = "--results", paramLabel = "FOLDER", description = "for JSON and plots (default ${DEFAULT-VALUE})")
    Path results = Path.of("benchmarks", "target", "results", "network");

    @Spec
    private CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;

    Network(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        // Janus never offers loopback's addresses, and this machine's own are nobody's business.
        boolean isJanus = String.join(" ", arguments).contains(Servers.JANUS);
        if (isJanus && !OwnNetwork.isHere() && OwnNetwork.isPossible()) {
            System.exit(OwnNetwork.run(Java.command(Network.class.getName(), List.of(arguments))));
        }
        System.exit(Compare.run(new Network(out, err), err, arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Profile> profiles = Profiles.all(seed);
        if (isList) {
            profiles.forEach(each -> out.printf("%-18s %s%n", each.name(), each.about()));
            return 0;
        }
        String problem = problem(profiles);
        if (!problem.isEmpty()) {
            throw new ParameterException(spec.commandLine(), problem);
        }
        List<Profile> wanted = profiles.stream()
                .filter(each -> names.isEmpty() || names.contains(each.name()))
                .toList();
        List<Outcome> outcomes = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try (Servers running = whip.isEmpty() ? Servers.start(servers, err) : Servers.at(whip, whep);
                Chromium chromium = Chromium.start()) {
            for (Profile profile : wanted) {
                for (Endpoint server : running.endpoints()) {
                    play(chromium, server, profile, outcomes, failures);
                }
            }
        }
        Summary summary = new Summary(outcomes);
        write(outcomes, failures);
        Host.describe().forEach((name, value) -> out.println(name + "  " + value));
        out.println();
        out.println(summary.text());
        failures.forEach(out::println);
        out.println("JSON and plots: " + results);
        return failures.isEmpty() ? 0 : 1;
    }

    private String problem(List<Profile> profiles) {
        List<String> known = profiles.stream().map(Profile::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                return "no network " + name + ": --list names them";
            }
        }
        if (seconds < 1 || seconds > 600 || warmUp < 0 || warmUp > 600) {
            return "1 to 600 seconds";
        }
        if (whip.isEmpty() != whep.isEmpty()) {
            return "--whip and --whep go together";
        }
        return CODECS.contains(codec) ? "" : "--codec takes one of " + String.join(", ", CODECS);
    }

    private void play(
            Chromium chromium, Endpoint server, Profile profile, List<Outcome> outcomes, List<String> failures)
            throws InterruptedException {
        String what = server.name() + ", " + profile.name();
        err.print(what + ": ");
        err.flush();
        try {
            Scene scene = new Scene(chromium, server, codec, seed, warmUp);
            int length = profile.seconds() == 0 ? seconds : profile.seconds();
            Outcome outcome = Outcome.of(server.name(), profile, scene.play(profile, length));
            outcomes.add(outcome);
            err.println(Summary.line(outcome));
        } catch (IOException e) {
            failures.add(what + ": " + e.getMessage());
            err.println(e.getMessage());
        }
    }

    private void write(List<Outcome> outcomes, List<String> failures) throws IOException {
        Files.createDirectories(results);
        for (Outcome each : outcomes) {
            Path file = results.resolve(each.server() + "-" + each.profile().name() + ".svg");
            Files.writeString(file, new Plot(each).svg(), StandardCharsets.UTF_8);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", Host.describe());
        json.put(
                "command",
                "./bench network "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
        json.put("seed", seed);
        json.put("codec", codec);
        json.put("runs", outcomes.stream().map(Outcome::json).toList());
        json.put("failures", failures);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(results.resolve("network.json").toFile(), json);
    }
}
