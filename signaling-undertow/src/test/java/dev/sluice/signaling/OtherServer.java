package dev.sluice.signaling;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Somebody else's HTTP server, which answers as a test says. Safe for many threads. */
public final class OtherServer implements AutoCloseable {
    /** The queries that came, decoded, in order. */
    public final BlockingQueue<Map<String, String>> queries = new LinkedBlockingQueue<>();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private volatile Answer answer;

    /** Answers one request. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    public OtherServer(Answer first) throws IOException {
        answer = first;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            queries.add(query(exchange.getRequestURI().getRawQuery()));
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.start();
    }

    /** An answer without a body; headers as name, value, name, value. */
    public static Answer status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    public static Answer body(String text) {
        return exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** 10 MB, or as much of it as is taken. */
    public static Answer tenMegabytes(int status) {
        return exchange -> {
            byte[] chunk = new byte[64 * 1024];
            exchange.sendResponseHeaders(status, 0);
            for (int i = 0; i < 160; i++) {
                exchange.getResponseBody().write(chunk);
            }
        };
    }

    /** Takes connections and never answers. */
    public static ServerSocket hanging() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Answers each connection with these bytes, whatever was asked. */
    public static ServerSocket babbling(String bytes) throws IOException {
        ServerSocket socket = hanging();
        Thread.startVirtualThread(() -> {
            while (true) {
                try (var connection = socket.accept()) {
                    connection.getInputStream().read(new byte[8_192]);
                    connection.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return socket;
    }

    public void answer(Answer next) {
        answer = next;
    }

    public URI uri() {
        return uri(server.getAddress().getPort());
    }

    public static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/ask");
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> values = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            values.put(parts[0], URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8));
        }
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
