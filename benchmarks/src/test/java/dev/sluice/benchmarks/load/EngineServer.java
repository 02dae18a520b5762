package dev.sluice.benchmarks.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.engine.EngineConfig;
import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The engine behind the least of WHIP and WHEP: POST and DELETE. Safe for many threads. */
public final class EngineServer implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final MediaEngine engine;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, MediaSession> sessions = new ConcurrentHashMap<>();

    public EngineServer() {
        try {
            engine = MediaEngine.start(new EngineConfig(
                    0,
                    1,
                    List.of(LOOPBACK),
                    true,
                    null,
                    "auto",
                    "auto",
                    Duration.ofSeconds(10),
                    4 << 20,
                    128 << 10,
                    0,
                    5_000,
                    1_000));
            http = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Sessions that nobody has deleted. */
    public int sessions() {
        return sessions.size();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            if (exchange.getRequestMethod().equals("DELETE")) {
                sessions.remove(path[1]).close();
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            String offer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            MediaSession session = path[2].equals("whip")
                    ? engine.publish(path[1], offer, LOOPBACK)
                    : engine.answerPlay(path[1], offer, MediaEngine.Wanted.ALL, LOOPBACK);
            sessions.put(session.id(), session);
            byte[] answer = session.localDescription().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "/" + session.id());
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (SessionRefusedException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
        engine.close();
    }
}
