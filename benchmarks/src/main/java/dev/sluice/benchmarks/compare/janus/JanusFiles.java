package dev.sluice.benchmarks.compare.janus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configuration with which Janus runs: its HTTP API on loopback, the VideoRoom plugin, nothing else. Immutable. */
public final class JanusFiles {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/janus"),
            Path.of("/usr/lib/aarch64-linux-gnu/janus"),
            Path.of("/usr/local/lib/janus"),
            Path.of("/opt/janus/lib/janus"));

    private JanusFiles() {}

    /** Where its plugins lie; null when it is not installed in one of the usual places. */
    public static Path libraries() {
        return LIBRARIES.stream().filter(Files::isDirectory).findFirst().orElse(null);
    }

    /**
     * Writes all files.
     *
     * @param apiPort TCP port of its HTTP API
     * @param loops event loops; by default Janus has a thread for each player, which costs twice as much
     * @param mediaAddress the only one that it offers
     */
    public static void write(Path folder, Path libraries, int apiPort, int loops, String mediaAddress)
            throws IOException {
        Files.writeString(folder.resolve("janus.jcfg"), """
                general: {
                    configs_folder = "%s"
                    plugins_folder = "%s"
                    transports_folder = "%s"
                    events_folder = "%s"
                    loggers_folder = "%s"
                    debug_level = 3
                    debug_colors = false
                    session_timeout = 0
                    event_loops = %d
                }
                nat: {
                    ice_lite = true
                    ice_enforce_list = "%s"
                }
                plugins: { disable = "%s" }
                transports: { disable = "%s" }
                loggers: { disable = "%s" }
                events: { broadcast = false }
                """.formatted(
                        folder,
                        libraries.resolve("plugins"),
                        libraries.resolve("transports"),
                        libraries.resolve("events"),
                        libraries.resolve("loggers"),
                        loops,
                        mediaAddress,
                        allBut(libraries.resolve("plugins"), "libjanus_videoroom.so"),
                        allBut(libraries.resolve("transports"), "libjanus_http.so"),
                        allBut(libraries.resolve("loggers"), "")));
        Files.writeString(folder.resolve("janus.transport.http.jcfg"), """
                general: { json = "compact", base_path = "/janus", http = true, port = %d, ip = "127.0.0.1", https = false }
                admin: { admin_http = false }
                """.formatted(apiPort)
                .replace(", ", "\n"));
        Files.writeString(folder.resolve("janus.plugin.videoroom.jcfg"), "general: { string_ids = true }\n");
    }

    /** What is in a folder, for a list of what is not to be loaded. */
    private static String allBut(Path folder, String wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(each -> each.endsWith(".so") && !each.equals(wanted))
                    .sorted()
                    .collect(Collectors.joining(","));
        }
    }
}
