package dev.sluice.benchmarks.floor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.benchmarks.Machine;
import dev.sluice.engine.net.FanoutRig;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import dev.sluice.natives.srtp.SrtpProviders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./bench floor}: the engine's fan-out against the same in C. Confined to one thread. */
@Command(
        name = "floor",
        mixinStandardHelpOptions = true,
        description = {
            "The engine's fan-out against the same in C: for each player a run of 8 packets is rewritten, protected and sent",
            "as one message. Both send from one core, by turns, over loopback and over a veth pair whose far end drops."
        })
public final class Floor implements Callable<Integer> {
    private static final List<SrtpProfile> PROFILES =
            List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES_CM_128_HMAC_SHA1_80);
    private static final String PROVIDER = "openssl-ffm";
    private static final int PLAYERS = 100;
    private static final int LOOPS_PLAYERS = 1_600;
    private static final int QUICK_LOOPS_PLAYERS = 200;
    private static final int PAUSED_FRAMES = 20;
    /** To turn seconds into frames; no more than a guess is needed. */
    private static final double GUESS_NS = 1_200;

    private static final int SLOW = 1;
    private static final int MISSING = 2;

    @Option(names = "--rounds", defaultValue = "25", description = "How often each is measured (${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "0.2",
            description = "Processor time of each measurement, about (${DEFAULT-VALUE}).")
    double seconds;

    @Option(names = "--players", description = "Players, each with its own address (100).")
    int players;

    @Option(names = "--cpu", description = "The processor that sends (the last one).")
    int cpu = Runtime.getRuntime().availableProcessors() - 1;

    @Option(names = "--io", defaultValue = "batch", description = "The engine's: batch or nio (${DEFAULT-VALUE}).")
    String io;

    @Option(
            names = "--loops",
            description =
                    "Two loops against one instead: one stream's players spread over both. Players are 1,600 then.")
    boolean loops;

    @Option(
            names = "--pause",
            paramLabel = "MS",
            description = "Idle so long before each frame, as a server does that is far from full (0).")
    int pauseMs;

    @Option(names = "--quick", description = "Three short rounds: shows that it works, no more.")
    boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all figures to this file.")
    Path json;

    @Spec
    CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Floor()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (quick) {
            rounds = 3;
            seconds = 0.02;
        }
        if (players == 0) {
            players = !loops ? PLAYERS : quick ? QUICK_LOOPS_PLAYERS : LOOPS_PLAYERS;
        }
        Path folder = Files.createTempDirectory("sluice-floor");
        try {
            SrtpProvider srtp = provider();
            out().print(Machine.describe(List.of(srtp)));
            return loops ? runLoops(srtp) : run(srtp, CFloor.compile(folder));
        } catch (MissingException | UncheckedIOException e) {
            spec.commandLine().getErr().println("Not measured: " + e.getMessage() + ".");
            return MISSING;
        } finally {
            CFloor.clean(folder);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static SrtpProvider provider() {
        return SrtpProviders.available().stream()
                .filter(each -> each.optionName().equals(PROVIDER))
                .findFirst()
                .orElseThrow(() -> new MissingException("the engine finds no OpenSSL 3 (libssl3)"));
    }

    private int run(SrtpProvider srtp, Path program) throws IOException {
        List<Track> tracks = new ArrayList<>();
        try (Track loopback = new Track(cpu);
                Track veth = new Track(cpu)) {
            loopback.open(() -> Network.loopback(players), srtp, PROFILES, io, program, pauseMs);
            tracks.add(loopback);
            try {
                veth.open(() -> Network.veth(players), srtp, PROFILES, io, program, pauseMs);
                tracks.add(veth);
            } catch (MissingException e) {
                out().println("The veth path is skipped: " + e.getMessage() + ".");
            }
            tracks.forEach(track -> track.check(srtp.description()));
            return measure(tracks);
        }
    }

    private int runLoops(SrtpProvider srtp) throws IOException {
        Loops measured = Loops.measure(srtp, players, rounds, frames());
        out().print(measured.text());
        out().flush();
        writeJson(measured.json());
        return 0;
    }

    private int frames() {
        return Math.max(1, (int) (seconds * 1e9 / GUESS_NS / players / FanoutRig.FRAME_PACKETS));
    }

    private int measure(List<Track> tracks) throws IOException {
        int frames = pauseMs == 0 ? frames() : PAUSED_FRAMES;
        if (!quick) {
            tracks.forEach(Track::warmUp);
        }
        for (int i = 0; i < rounds; i++) {
            int round = i;
            tracks.forEach(track -> track.round(round, frames));
        }
        FloorReport report = new FloorReport(
                tracks.stream().flatMap(track -> track.lanes().stream()).toList());
        out().print(report.text());
        out().flush();
        writeJson(report.json());
        if (!report.slow().isEmpty()) {
            spec.commandLine().getErr().println("A slow floor is no floor. " + report.slow());
            return SLOW;
        }
        return 0;
    }

    private void writeJson(Map<String, Object> figures) throws IOException {
        if (json == null) {
            return;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", Machine.facts());
        all.put(
                "command",
                "floor " + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
        all.put(
                "config",
                Map.of(
                        "players",
                        players,
                        "rounds",
                        rounds,
                        "seconds",
                        seconds,
                        "pause_ms",
                        pauseMs,
                        "run",
                        FanoutRig.FRAME_PACKETS));
        all.putAll(figures);
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), all);
    }
}
