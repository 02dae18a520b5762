package dev.sluice.signaling;

import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.AdminConfig;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.DrainConfig;
import dev.sluice.signaling.config.EventsConfig;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.LiveConfig;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.StreamRule;
import dev.sluice.signaling.config.StreamRules;
import dev.sluice.signaling.config.TurnConfig;
import dev.sluice.signaling.events.ServerEvents;
import dev.sluice.signaling.tls.Certificates;
import dev.sluice.signaling.websocket.SocketTimings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/** A server on free ports with a fake engine, and a client for it. Safe for many threads. */
final class TestServer implements AutoCloseable {
    static final AccessConfig DECLARED = new AccessConfig(
            false,
            StreamRules.of(List.of(
                    new StreamRule("cam", "", ""),
                    new StreamRule("a/b/c", "", ""),
                    new StreamRule("locked", "sesame", "open"),
                    new StreamRule("studio/*", "", ""))),
            OriginRule.ANY,
            OriginRule.SAME,
            List.of());

    final FakeEngine engine = new FakeEngine();
    final LiveConfig live;
    final SluiceServer server;
    final HttpClient client = HttpClient.newHttpClient();

    TestServer() throws Exception {
        this(DECLARED, Limits.DEFAULTS, SocketTimings.DEFAULTS);
    }

    TestServer(AccessConfig access, Limits limits, SocketTimings timings) throws Exception {
        this(access, TurnConfig.NONE, limits, timings);
    }

    TestServer(AccessConfig access, TurnConfig turn, Limits limits, SocketTimings timings) throws Exception {
        this(ConfigKeeper.of(config(access, turn, limits)), timings);
    }

    private static ServerConfig config(AccessConfig access, TurnConfig turn, Limits limits) {
        ListenAddress free = new ListenAddress(InetAddress.getLoopbackAddress(), 0);
        return new ServerConfig(new ListenConfig(free, free, null, null), MediaConfig.DEFAULTS, turn, access, limits);
    }

    TestServer(ConfigKeeper keeper, SocketTimings timings) throws Exception {
        SecureRandom random = new SecureRandom();
        live = keeper.live();
        server = SluiceServer.bind(
                keeper,
                engine,
                Certificates.selfSigned(List.of(InetAddress.getLoopbackAddress()), random),
                timings,
                random);
        server.open();
    }

    static TestServer with(AccessConfig access) throws Exception {
        return new TestServer(access, Limits.DEFAULTS, SocketTimings.DEFAULTS);
    }

    static TestServer with(EventsConfig events) throws Exception {
        return with(null, null, events);
    }

    static TestServer with(DrainConfig drain) throws Exception {
        return with(drain, null, null);
    }

    static TestServer with(AdminConfig admin) throws Exception {
        return with(null, admin, null);
    }

    /** Null for what it is by default. */
    private static TestServer with(DrainConfig drain, AdminConfig admin, EventsConfig events) throws Exception {
        ServerConfig base = config(DECLARED, TurnConfig.NONE, Limits.DEFAULTS);
        ServerConfig config = new ServerConfig(
                base.listen(),
                base.media(),
                base.turn(),
                base.access(),
                base.limits(),
                base.logFormat(),
                drain == null ? base.drain() : drain,
                admin == null ? base.admin() : admin,
                events == null ? base.events() : events);
        return new TestServer(ConfigKeeper.of(config), SocketTimings.DEFAULTS);
    }

    static TestServer with(TurnConfig turn) throws Exception {
        return new TestServer(DECLARED, turn, Limits.DEFAULTS, SocketTimings.DEFAULTS);
    }

    static TestServer with(SocketTimings timings) throws Exception {
        return new TestServer(DECLARED, Limits.DEFAULTS, timings);
    }

    ServerEvents events() {
        return server.events();
    }

    InetSocketAddress address() {
        return server.plainAddress();
    }

    String authority() {
        return "127.0.0.1:" + address().getPort();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + authority() + path))
                .timeout(Duration.ofSeconds(10));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    /** POST of an SDP offer with further headers as name, value, name, value. */
    HttpResponse<String> offer(String path, String sdp, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/sdp").POST(HttpRequest.BodyPublishers.ofString(sdp));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    HttpResponse<String> method(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** A WebSocket with further handshake headers as {@code Name: value}. */
    RawWebSocket socket(String path, String... headers) throws IOException {
        return RawWebSocket.connect(address(), path, headers);
    }

    @Override
    public void close() {
        server.close();
        // Event streams that a test has not read to their end do not hold it up.
        client.shutdownNow();
    }
}
