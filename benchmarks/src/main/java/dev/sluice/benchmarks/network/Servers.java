package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.compare.Contender;
import dev.sluice.benchmarks.compare.DescribedServer;
import dev.sluice.benchmarks.compare.JanusContender;
import dev.sluice.benchmarks.compare.OwnNetwork;
import dev.sluice.benchmarks.compare.RunningServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The servers that are measured, started here unless they run already. Confined to the main thread. */
final class Servers implements AutoCloseable {
    static final String SLUICE = "sluice";
    static final String JANUS = "janus";

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<RunningServer> running = new ArrayList<>();
    private final List<Path> folders = new ArrayList<>();

    private Servers() {}

    /** One that runs already. */
    static Servers at(String whip, String whep) {
        Servers servers = new Servers();
        servers.endpoints.add(new Endpoint("server", whip, whep));
        return servers;
    }

    /** @param names sluice, janus, or files */
    static Servers start(List<String> names, PrintStream err) throws IOException, InterruptedException {
        Servers servers = new Servers();
        try {
            for (String name : names) {
                servers.start(contender(name), err);
            }
            return servers;
        } catch (IOException | InterruptedException | RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    private static Contender contender(String name) throws IOException {
        return switch (name) {
            case SLUICE -> DescribedServer.sluice(SLUICE, List.of());
            case JANUS -> new JanusContender(OwnNetwork.isHere() ? OwnNetwork.ADDRESS : "", true);
            default -> DescribedServer.read(Path.of(name));
        };
    }

    private void start(Contender contender, PrintStream err) throws IOException, InterruptedException {
        if (!contender.missing().isEmpty()) {
            throw new IOException(contender.missing());
        }
        contender.prepare();
        Path folder = Files.createTempDirectory("sluice-network");
        folders.add(folder);
        String allCores = "0-" + (Runtime.getRuntime().availableProcessors() - 1);
        RunningServer server = contender.start(allCores, folder);
        running.add(server);
        endpoints.add(new Endpoint(server.name(), server.whip(), server.whep()));
        err.println(server.name() + " serves" + (contender.notes().isEmpty() ? "" : ": " + contender.notes()));
    }

    List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    @Override
    public void close() throws IOException {
        for (RunningServer each : running) {
            each.close();
        }
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
