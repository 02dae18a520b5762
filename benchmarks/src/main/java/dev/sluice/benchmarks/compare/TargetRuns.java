package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The loads behind the targets, against Sluice alone. Confined to the main thread. */
final class TargetRuns {
    private static final String GCM = "gcm";
    private static final String CHROMIUM = "chromium";
    private static final String EVEN = "even";
    private static final int SIZE = 1_200;
    private static final int RATE = 250;
    private static final double USUAL_SHARE = 0.7;
    private static final int STREAM_PLAYERS = 10;
    /** Of ten players each: enough of them to tell what a packet costs there. */
    private static final int SOME_STREAMS = 30;

    private static final int MOST_STREAMS = 200;

    private final CommonOptions common;
    private final boolean quick;
    private final Path folder;
    private final PrintStream progress;
    private final Scale.ServerMaker servers;
    private final Map<String, Samples> samples = new LinkedHashMap<>();
    private JfrProbe probe = new JfrProbe(Double.NaN, Double.NaN);

    TargetRuns(CommonOptions common, boolean quick, Path folder, PrintStream progress, Scale.ServerMaker servers) {
        this.common = common;
        this.quick = quick;
        this.folder = folder;
        this.progress = progress;
        this.servers = servers;
    }

    void run() throws IOException, InterruptedException {
        int usual = many(300);
        Map<String, LoadCase> cases = new LinkedHashMap<>();
        cases.put("chromium", new LoadCase(1, usual, RATE, SIZE, CHROMIUM, GCM));
        cases.put("chromium cm", new LoadCase(1, usual, RATE, SIZE, CHROMIUM, "cm"));
        cases.put("even", new LoadCase(1, usual, RATE, SIZE, EVEN, GCM));
        cases.put("even cm", new LoadCase(1, usual, RATE, SIZE, EVEN, "cm"));
        cases.put("tens", tens(SOME_STREAMS));
        cases.put("300", new LoadCase(1, usual, 100, SIZE, CHROMIUM, GCM));
        cases.put("2000", new LoadCase(1, many(2_000), 100, SIZE, CHROMIUM, GCM));
        if (!quick) {
            cases.put("memory", new LoadCase(1, 2_000, 20, SIZE, CHROMIUM, GCM, List.of("--memory")));
        }
        List<String> oneByOne = new ArrayList<>(storm(usual));
        oneByOne.addAll(List.of("--arrivals", "20"));
        cases.put("join", new LoadCase(1, many(100), RATE, SIZE, CHROMIUM, GCM, oneByOne));
        // The load's own core does the clients' side of all handshakes: with more it is full before the server is.
        cases.put("storm", new LoadCase(1, many(500), 100, SIZE, CHROMIUM, GCM, storm(many(100))));
        measure(cases, common.serverCpu);
        measure(Map.of("storm 2", cases.get("storm")), "0,1");
        measure(Map.of("busy", busy()), common.serverCpu);
        for (int players : List.of(1_000, 1_400, 1_850)) {
            String name = "ceiling " + players;
            measure(Map.of(name, new LoadCase(1, many(players), RATE, SIZE, CHROMIUM, GCM)), common.serverCpu);
            if (!samples.get(name).stands()) {
                break;
            }
        }
        probe(new LoadCase(1, many(400), RATE, SIZE, CHROMIUM, GCM));
    }

    private int many(int players) {
        return quick ? Math.max(2, players / 200) : players;
    }

    private static List<String> storm(int watching) {
        return List.of("--storm", "--watching", Integer.toString(watching));
    }

    /**
     * As many streams of ten as take up 70 % of the core, by what a packet of such streams cost before. One stream's players get
     * a frame one after the other, and what the last of a thousand waits is nothing but the others' packets.
     */
    private LoadCase busy() {
        double us = samples.get("tens").median(Measured::cpuUs);
        double streams = USUAL_SHARE * 1e6 / (us * RATE * STREAM_PLAYERS);
        return tens(Double.isFinite(streams) ? Math.clamp((int) streams, 1, MOST_STREAMS) : SOME_STREAMS);
    }

    private LoadCase tens(int streams) {
        return new LoadCase(quick ? 1 : streams, STREAM_PLAYERS, RATE, SIZE, CHROMIUM, GCM);
    }

    private void measure(Map<String, LoadCase> cases, String cpu) throws IOException, InterruptedException {
        Trial trial = new Trial(common.runner(folder), folder, cpu, progress);
        Contender sluice = servers.make(Compare.SLUICE, List.of());
        sluice.prepare();
        trial.run(List.of(sluice), List.copyOf(cases.values()), common.rounds);
        cases.forEach((name, load) -> samples.put(name, trial.samples().get(new Trial.Row(Compare.SLUICE, load))));
    }

    /** What the JVM allocates, and how long it stops, meanwhile. */
    private void probe(LoadCase load) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(folder, "probe");
        Contender sluice = servers.make(Compare.SLUICE, List.of());
        try (RunningServer server = sluice.start(common.serverCpu, own)) {
            // Joins allocate; what counts is what goes on afterwards.
            Watch watch = new Watch(server.pids().getFirst(), own, joinSeconds(load) + common.warmUp);
            Thread watcher = Thread.ofPlatform().start(watch);
            Samples run = new Samples();
            run.add(common.runner(folder).run(load, server));
            watcher.join();
            samples.put("probe", run);
            probe = watch.found;
        } catch (IOException e) {
            progress.println("Allocation: " + e.getMessage());
        }
    }

    private static int joinSeconds(LoadCase load) {
        int joinsPerSecond = 200;
        return 2 + load.players() / joinsPerSecond;
    }

    /** Records the measured seconds of a load. Confined to its thread until that has ended. */
    private final class Watch implements Runnable {
        private final long pid;
        private final Path own;
        private final int waitSeconds;
        private JfrProbe found = new JfrProbe(Double.NaN, Double.NaN);

        private Watch(long pid, Path own, int waitSeconds) {
            this.pid = pid;
            this.own = own;
            this.waitSeconds = waitSeconds;
        }

        @Override
        public void run() {
            try {
                Thread.sleep(waitSeconds * 1_000L);
                JfrProbe.Running recording = JfrProbe.start(pid, own);
                Thread.sleep(Math.max(500, (common.seconds - 1) * 1_000L));
                found = recording.stop();
            } catch (IOException e) {
                progress.println("No flight recording: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    JfrProbe probe() {
        return probe;
    }

    /** NaN when it was not measured or does not stand. */
    double median(String name, ToDoubleFunction<Measured> figure) {
        Samples found = samples.get(name);
        return found == null ? Double.NaN : found.median(figure);
    }

    String remark(String name) {
        Samples found = samples.get(name);
        return found == null ? "" : found.remark();
    }

    /** The most packets/s of those loads that lost none. */
    double ceiling() {
        return samples.entrySet().stream()
                .filter(each -> each.getKey().startsWith("ceiling"))
                .mapToDouble(each -> each.getValue().median(Measured::packetsPerSecond))
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }

    /** Why it was not more; empty when all loads stand. */
    String ceilingRemark() {
        return samples.entrySet().stream()
                .filter(each -> each.getKey().startsWith("ceiling"))
                .map(each -> each.getValue().remark())
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Of the live heap and of all besides: growth from 100 to 2,000 players, for each. */
    double memoryKib() {
        return median("memory", Measured::bytesPerPlayer) / 1_024;
    }

    /** Every load with all of its runs. */
    List<Map<String, Object>> json() {
        List<Map<String, Object>> rows = new ArrayList<>();
        samples.forEach((name, found) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", name);
            row.put("remark", found.remark());
            row.put("runs", found.runs());
            rows.add(row);
        });
        return rows;
    }
}
