package dev.sluice.signaling;

import dev.sluice.engine.EngineConfig;
import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.ConfigSource;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.TurnConfig;
import dev.sluice.signaling.tls.Certificates;
import dev.sluice.signaling.websocket.SocketTimings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The whole server in this process, on free ports of loopback. Safe for many threads. */
public final class RunningServer implements AutoCloseable {
    private final MediaEngine engine;
    private final SluiceServer server;

    private RunningServer(MediaEngine engine, SluiceServer server) {
        this.engine = engine;
        this.server = server;
    }

    /** Open for trying out, one loop, the SRTP provider that auto takes, and a grace time of 2 s. */
    public static RunningServer start() throws Exception {
        return start("auto", Duration.ofSeconds(2));
    }

    public static RunningServer start(String srtp, Duration grace) throws Exception {
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        ServerConfig config = new ServerConfig(
                new ListenConfig(free, free, null, null),
                new MediaConfig(0, 2, List.of(), null, srtp, "auto", grace),
                TurnConfig.NONE,
                AccessConfig.OPEN,
                Limits.DEFAULTS);
        return start(config);
    }

    /** Of a config file with this text, so that the administration can keep what it changes; ports are free ones of loopback. */
    public static RunningServer start(Path file, String text) throws Exception {
        Files.writeString(file, text);
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        return start(ConfigKeeper.start(ConfigSource.of(
                file,
                said -> new ServerConfig(
                        new ListenConfig(free, free, null, null),
                        new MediaConfig(0, 1, List.of(), null, "auto", "auto", Duration.ofSeconds(1)),
                        said.turn(),
                        said.access(),
                        said.limits(),
                        said.logFormat(),
                        said.drain(),
                        said.admin(),
                        said.events()))));
    }

    public static RunningServer start(ServerConfig config) throws Exception {
        return start(ConfigKeeper.of(config));
    }

    private static RunningServer start(ConfigKeeper keeper) throws Exception {
        SecureRandom random = new SecureRandom();
        EngineConfig engineConfig = keeper.live().get().engineConfig();
        MediaEngine engine = MediaEngine.start(engineConfig);
        try {
            SluiceServer server = SluiceServer.bind(
                    keeper,
                    engine,
                    Certificates.selfSigned(List.of(InetAddress.getLoopbackAddress()), random),
                    SocketTimings.DEFAULTS,
                    random);
            server.open();
            return new RunningServer(engine, server);
        } catch (Exception e) {
            engine.close();
            throw e;
        }
    }

    public MediaEngine engine() {
        return engine;
    }

    public String url() {
        return "http://127.0.0.1:" + server.plainAddress().getPort();
    }

    public String tlsUrl() {
        return "https://127.0.0.1:" + server.tlsAddress().getPort();
    }

    public InetSocketAddress plainAddress() {
        return server.plainAddress();
    }

    /** The text of {@code /-/metrics}. */
    public String scrape() throws IOException {
        return new String(URI.create(url() + "/-/metrics").toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public int openSockets() {
        return server.openSockets();
    }

    /** Completes when a drain is over. */
    public CompletionStage<Void> drained() {
        return server.drained();
    }

    @Override
    public void close() {
        server.close();
    }
}
