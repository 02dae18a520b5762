package dev.sluice.benchmarks;

import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What {@code ./bench jmh} starts: lists benchmarks, or runs those asked for and prints one table. Confined to the main thread.
 *
 * <p>Forks are interleaved: all benchmarks run in one fork each, then all once more, so that a machine that others use too
 * slows none of them alone.
 */
public final class Main {
    private static final String ALL = "all";
    private static final String PROVIDER = "provider";
    private static final String PROFILE = "profile";
    private static final String JDK = "jdk";
    private static final int DEFAULT_FORKS = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Path results;

    /** @param results folder for the JSON, made when it is needed */
    Main(PrintStream out, PrintStream err, Path results) {
        this.results = results;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new Main(out, System.err, Path.of("benchmarks", "target", "results")).run(arguments));
    }

    /** Returns the exit code. */
    int run(String... arguments) throws IOException {
        if (arguments.length == 0) {
            list();
            return 0;
        }
        String name = arguments[0];
        if (name.startsWith("-")) {
            err.println("The first word is a benchmark's name, a part of one, or all; JMH's options follow it.");
            return 2;
        }
        String include = name.equals(ALL) ? ".*" : "(?i)" + Pattern.quote(name);
        List<BenchmarkListEntry> chosen = benchmarks(include);
        if (chosen.isEmpty()) {
            err.println("No benchmark's name contains " + name + "; ./bench jmh lists them.");
            return 2;
        }
        try {
            CommandLineOptions options = new CommandLineOptions(Arrays.copyOfRange(arguments, 1, arguments.length));
            return measure(name, chosen, options);
        } catch (CommandLineOptionException | RunnerException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    private void list() {
        benchmarks(".*").forEach(each -> out.println(ResultTable.shortName(each.getUsername())));
        out.println();
        out.println(
                "./bench jmh NAME runs those whose name contains NAME, ./bench jmh all runs all of them. Options of");
        out.println(
                "JMH may follow: -f forks, -wi and -i iterations, -w and -r their seconds, -p parameter=value,value.");
    }

    /** Sorted by name. */
    private List<BenchmarkListEntry> benchmarks(String include) {
        return List.copyOf(BenchmarkList.defaultList().find(new Progress(err), List.of(include), List.of()));
    }

    private int measure(String name, List<BenchmarkListEntry> chosen, CommandLineOptions options)
            throws IOException, RunnerException {
        List<SrtpProvider> providers = Providers.available();
        String machine = Machine.describe(providers);
        int forks = options.getForkCount().orElse(DEFAULT_FORKS);
        List<Options> parts = parts(chosen, options, providers, Math.min(1, forks));
        Map<String, List<RunResult>> byKey = new LinkedHashMap<>();
        for (int round = 1; round <= Math.max(1, forks); round++) {
            err.println("Round " + round + " of " + Math.max(1, forks));
            for (Options part : parts) {
                for (RunResult result : new Runner(part, new Progress(err)).run()) {
                    byKey.computeIfAbsent(key(result), key -> new ArrayList<>()).add(result);
                }
            }
        }
        if (byKey.isEmpty()) {
            err.println("Nothing was measured.");
            return 1;
        }
        List<RunResult> merged = byKey.values().stream().map(Main::merged).toList();
        out.print(machine);
        out.println();
        out.print(new ResultTable(merged));
        out.println();
        out.println(ResultTable.LEGEND);
        writeJson(name, merged);
        return 0;
    }

    private static String key(RunResult result) {
        BenchmarkParams params = result.getParams();
        return params.getBenchmark() + ' ' + ResultTable.parameters(params) + ' ' + params.getMode();
    }

    /** One benchmark's forks, as if they had run one after the other. */
    private static RunResult merged(List<RunResult> rounds) {
        List<BenchmarkResult> forks = rounds.stream()
                .flatMap(each -> each.getBenchmarkResults().stream())
                .toList();
        return new RunResult(rounds.getFirst().getParams(), forks);
    }

    /**
     * What runs in a round: a part for each benchmark, for each SRTP provider of it, with the profiles that the provider has;
     * JMH itself knows of no combination of parameters that does not exist.
     */
    private List<Options> parts(
            List<BenchmarkListEntry> chosen, CommandLineOptions options, List<SrtpProvider> providers, int forks) {
        List<Options> parts = new ArrayList<>();
        Set<String> missing = new TreeSet<>();
        for (BenchmarkListEntry benchmark : chosen) {
            for (String wanted : values(benchmark, PROVIDER, options)) {
                providers.stream()
                        .filter(each -> each.optionName().equals(wanted))
                        .findFirst()
                        .ifPresentOrElse(
                                each -> parts.add(part(benchmark, options, forks, each)), () -> missing.add(wanted));
            }
            if (!benchmark.getParams().orElse(Map.of()).containsKey(PROVIDER)) {
                parts.add(builder(benchmark, options, forks).build());
            }
        }
        missing.forEach(each -> err.println("Skipped: " + each + ", which is not on this machine."));
        return parts;
    }

    private static Options part(
            BenchmarkListEntry benchmark, CommandLineOptions options, int forks, SrtpProvider provider) {
        ChainedOptionsBuilder builder = builder(benchmark, options, forks)
                .param(PROVIDER, provider.optionName())
                .param(PROFILE, profiles(benchmark, options, provider));
        boolean warmUpAsked = options.getWarmupIterations().hasValue()
                || options.getWarmupTime().hasValue();
        if (provider.optionName().equals(JDK) && !warmUpAsked) {
            // Its ciphers are Java themselves: after 0.6 s GCM still takes up to twice as long as after 4 s (Temurin
            // 25).
            builder.warmupIterations(4).warmupTime(TimeValue.seconds(1));
        }
        return builder.build();
    }

    private static ChainedOptionsBuilder builder(BenchmarkListEntry benchmark, CommandLineOptions options, int forks) {
        return new OptionsBuilder()
                .parent(options)
                .include("^" + Pattern.quote(benchmark.getUsername()) + "$")
                .addProfiler(WorkProfiler.class)
                .addProfiler(GCProfiler.class)
                .forks(forks);
    }

    private static String[] profiles(BenchmarkListEntry benchmark, CommandLineOptions options, SrtpProvider provider) {
        return values(benchmark, PROFILE, options).stream()
                .filter(each -> provider.supports(SrtpProfile.valueOf(each)))
                .toArray(String[]::new);
    }

    /** Of a benchmark's parameter: those on the command line, else its own; none when it has no such parameter. */
    private static Collection<String> values(
            BenchmarkListEntry benchmark, String parameter, CommandLineOptions options) {
        String[] own = benchmark.getParams().orElse(Map.of()).get(parameter);
        return own == null ? List.of() : options.getParameter(parameter).orElse(List.of(own));
    }

    private void writeJson(String name, Collection<RunResult> measured) throws IOException {
        Files.createDirectories(results);
        Path file = results.resolve(name.replaceAll("[^A-Za-z0-9.]", "_") + ".json");
        ResultFormatFactory.getInstance(ResultFormatType.JSON, file.toString()).writeOut(measured);
        out.println("JSON: " + file);
    }
}
