package dev.sluice.benchmarks.compare.janus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * WHIP and WHEP in front of Janus' own HTTP API: {@code /STREAM/whip}, {@code /STREAM/whep}. It runs in the comparing process; media
 * does not pass through it, so what it costs is not Janus'. Safe for many threads.
 */
public final class JanusFront implements AutoCloseable {
    private static final int CREATED = 201;
    private static final int BACKLOG = 1_000;

    private final URI api;
    private final boolean isRecovering;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, JanusSession> sessions = new ConcurrentHashMap<>();
    private final AtomicLong lastSession = new AtomicLong();

    private JanusFront(URI api, boolean isRecovering, HttpServer server) {
        this.api = api;
        this.isRecovering = isRecovering;
        this.server = server;
    }

    /**
     * Begins to serve on a free port.
     *
     * @param address Janus' media address: libnice sends by that interface only (IP_UNICAST_IF), so clients must come from there
     * @param api such as http://127.0.0.1:8088/janus
     * @param isRecovering whether players may ask for lost packets
     */
    public static JanusFront open(InetAddress address, URI api, boolean isRecovering) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), BACKLOG);
        JanusFront front = new JanusFront(api, isRecovering, server);
        server.createContext("/", front::handle);
        server.setExecutor(front.threads);
        server.start();
        return front;
    }

    /** Without a slash at its end. */
    public URI url() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            String method = exchange.getRequestMethod();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (method.equals("POST") && path.length == 3 && path[2].equals("whip")) {
                open(exchange, session -> session.publish(path[1], body));
            } else if (method.equals("POST") && path.length == 3 && path[2].equals("whep")) {
                open(exchange, session -> play(session, path[1], body));
            } else if (method.equals("DELETE") && path.length == 4) {
                delete(exchange, path[3]);
            } else {
                answer(exchange, 404, "");
            }
        } catch (JanusException e) {
            answer(exchange, 409, e.code() + " " + e.getMessage());
        } catch (IOException e) {
            answer(exchange, 502, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a session is opened for: gives the answer for its client. */
    private interface Purpose {
        String answer(JanusSession session) throws IOException, InterruptedException, JanusException;
    }

    private void open(HttpExchange exchange, Purpose purpose) throws IOException, InterruptedException, JanusException {
        JanusSession session = JanusSession.open(http, api);
        String answer;
        try {
            answer = purpose.answer(session);
        } catch (IOException | InterruptedException | JanusException | RuntimeException e) {
            session.destroy();
            throw e;
        }
        String id = Long.toString(lastSession.incrementAndGet());
        sessions.put(id, session);
        exchange.getResponseHeaders().set("Content-Type", "application/sdp");
        exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getPath() + "/" + id);
        answer(exchange, CREATED, answer);
    }

    private String play(JanusSession session, String stream, String offer)
            throws IOException, InterruptedException, JanusException {
        Descriptions descriptions = new Descriptions(offer, session.subscribe(stream), isRecovering);
        if (!descriptions.isPossible()) {
            throw new JanusException(0, "no payload type in common");
        }
        session.start(descriptions.toJanus());
        return descriptions.toClient();
    }

    private void delete(HttpExchange exchange, String id) throws IOException, InterruptedException {
        JanusSession session = sessions.remove(id);
        if (session == null) {
            answer(exchange, 404, "");
            return;
        }
        session.destroy();
        answer(exchange, 200, "");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
        http.close();
        threads.close();
    }
}
