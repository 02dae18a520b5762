package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Servers that only answer HTTP, and a load that only writes what it is told. Immutable. */
final class FakeServers {
    private FakeServers() {}

    /** The JDK's own file server. */
    static Contender named(String name) {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString();
        return new DescribedServer(
                new DescribedServer.Description(
                        name,
                        "no media",
                        "ROT13",
                        null,
                        null,
                        List.of(
                                program,
                                "-J-XX:TieredStopAtLevel=1",
                                "-J-XX:+UseSerialGC",
                                "-b",
                                "127.0.0.1",
                                "-p",
                                "{port}",
                                "-d",
                                "{folder}"),
                        Map.of("LOOPS", "{loops}"),
                        Map.of("about.txt", "port {port}"),
                        "http://127.0.0.1:{port}/about.txt",
                        "http://127.0.0.1:{port}/{stream}/whip",
                        "http://127.0.0.1:{port}/{stream}/whep"),
                Path.of(""));
    }

    /** A program that takes the load's options and writes this JSON as its result. */
    static List<String> load(Path folder, String json) throws IOException {
        Path result = folder.resolve("recorded.json");
        Files.writeString(result, json, StandardCharsets.UTF_8);
        String script = "while [ \"$1\" != --json ]; do shift; done; cp '" + result + "' \"$2\"";
        return List.of("sh", "-c", script, "load");
    }

    /** What {@code ./bench load} writes, but for what nobody here reads. */
    static String result(double cpuUs, long lost, boolean saturated) {
        return """
                {"server": "fake", "players": 10, "sent_packets": 500, "forwarded_packets": 5000,
                 "packets_per_second": 2500.0, "lost_packets": %d, "cpu_us_per_packet": %s,
                 "cpu_user_us_per_packet": 1.5, "cpu_system_us_per_packet": 0.5, "server_cpu_share": 0.2,
                 "load_cpu_share": 0.3, "latency_ms": {"p50": 0.25, "p99": 0.5, "p999": 0.75, "max": 1.0},
                 "held_ms": {"p50": 0.5}, "rss_bytes": 104857600,
                 "joins": {"count": 10, "failed": 0, "p50_ms": 12.0, "p99_ms": 20.0, "max_ms": 21.0},
                 "saturated": %s, "saturated_by": %s}
                """.formatted(lost, cpuUs, saturated, saturated ? "\"its sockets\"" : "null");
    }
}
