package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.signaling.RunningServer;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.TurnConfig;
import dev.sluice.signaling.config.TurnUrl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Chromium plays through coturn with the credentials that we made for it; skipped where no coturn is installed. */
@ResourceLock("browser")
class TurnRelayTest {
    private static final String SECRET = "north";
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/turnserver"), Path.of("/usr/local/bin/turnserver"));

    @TempDir
    private Path folder;

    @Test
    void shouldPlayByTheRelayThatTheFirstMessageNames() throws Exception {
        Path coturn = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(coturn != null, "coturn (turnserver) is not installed");
        try (Relay relay = new Relay(coturn, folder);
                RunningServer server = RunningServer.start(config(relay.port));
                Chromium chromium = Chromium.start()) {
            chromium.open(server.url() + "/-/health");
            chromium.run("wsPublish('pub', '/s')");
            chromium.run("wsPlayByRelay('play', '/s')");
            chromium.run("plays('play')");
            assertEquals("relay", chromium.run("candidateType('play')").get("value"));
            chromium.run("(stop('play'), stop('pub'), 0)");
        }
    }

    private static ServerConfig config(int port) {
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        return new ServerConfig(
                new ListenConfig(free, free, null, null),
                new MediaConfig(0, 1, List.of(), null, "auto", "auto", Duration.ofSeconds(2)),
                new TurnConfig(
                        List.of(TurnUrl.parse("turn:127.0.0.1:" + port + "?transport=tcp")),
                        "",
                        "",
                        SECRET,
                        Duration.ofHours(1)),
                AccessConfig.OPEN,
                Limits.DEFAULTS);
    }

    /** A coturn of our own on loopback. */
    private static final class Relay implements AutoCloseable {
        final int port;
        private final Process process;

        Relay(Path coturn, Path folder) throws IOException {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            process = new ProcessBuilder(
                            coturn.toString(),
                            "-n",
                            "--listening-ip=127.0.0.1",
                            "--relay-ip=127.0.0.1",
                            "--listening-port=" + port,
                            "--use-auth-secret",
                            "--static-auth-secret=" + SECRET,
                            "--realm=sluice",
                            "--allow-loopback-peers",
                            "--no-cli",
                            "--no-tls",
                            "--no-dtls",
                            "--userdb=" + folder.resolve("users"),
                            "--pidfile=" + folder.resolve("pid"),
                            "--log-file=stdout")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitListening();
        }

        private void awaitListening() throws IOException {
            while (true) {
                try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    return;
                } catch (ConnectException e) {
                    assertTrue(process.isAlive(), "coturn did not start");
                }
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
