package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.AddressRange;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.StreamRules;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threat 25: who may do what from which page. SAME stands for the server's own origin. */
class OriginTest {
    private static final AccessConfig LISTED = new AccessConfig(
            false,
            StreamRules.everyName(),
            new OriginRule(OriginRule.Kind.LIST, Set.of("https://one.example", "https://two.example:8443")),
            OriginRule.SAME,
            List.of(AddressRange.parse("127.0.0.1")));

    private static AccessConfig config(String name) {
        return switch (name) {
            case "open" -> AccessConfig.OPEN;
            case "declared" -> TestServer.DECLARED;
            default -> LISTED;
        };
    }

    @ParameterizedTest
    @CsvSource({
        // config, wish, origin, allowed
        "open,     play,    ,                          true",
        "open,     publish, ,                          true",
        "open,     play,    http://localhost:3000,     true",
        "open,     publish, https://127.0.0.5,         true",
        "open,     publish, http://[::1]:8080,         true",
        "open,     publish, http://dev.localhost,      true",
        "open,     publish, SAME,                      true",
        "open,     play,    https://evil.example,      false",
        "open,     play,    null,                      false",
        "open,     publish, http://127.0.0.1.evil.com, false",
        "open,     publish, http://localhost.evil.com, false",
        "declared, play,    https://any.example,       true",
        "declared, play,    null,                      true",
        "declared, publish, ,                          true",
        "declared, publish, SAME,                      true",
        "declared, publish, https://any.example,       false",
        "declared, publish, null,                      false",
        "declared, publish, http://127.0.0.1,          false",
        "listed,   play,    https://one.example,       true",
        "listed,   play,    HTTPS://ONE.example,       true",
        "listed,   play,    https://two.example:8443,  true",
        "listed,   play,    SAME,                      true",
        "listed,   play,    http://one.example,        false",
        "listed,   play,    https://two.example,       false",
        "listed,   play,    null,                      false",
        "listed,   publish, https://one.example,       false",
        "listed,   publish, SAME,                      true",
    })
    void shouldLetPagesDoWhatTheirOriginMay(String config, String wish, String origin, boolean allowed)
            throws Exception {
        try (TestServer server = TestServer.with(config(config))) {
            server.engine.goLive("cam", 0);
            String page = "SAME".equals(origin) ? "http://" + server.authority() : origin;
            String[] headers = page == null ? new String[0] : new String[] {"Origin", page};

            String endpoint = wish.equals("play") ? "/cam/whep" : "/cam/whip";
            HttpResponse<String> offered = server.offer(endpoint, "offer", headers);
            assertEquals(allowed ? 201 : 403, offered.statusCode());
            String cors =
                    offered.headers().firstValue("Access-Control-Allow-Origin").orElse("");
            if (!allowed || page == null) {
                assertTrue(cors.isEmpty() || cors.equals("*"), cors);
                assertTrue(allowed || cors.isEmpty(), cors);
            } else {
                assertTrue(cors.equals("*") || cors.equals(page), cors);
            }
            HttpResponse<String> preflight = server.method("OPTIONS", endpoint, "", headers);
            assertEquals(allowed ? 200 : 403, preflight.statusCode());

            String[] line = page == null ? new String[0] : new String[] {"Origin: " + page};
            String path = wish.equals("play") ? "/cam/webrtc" : "/cam/webrtc/publish";
            try (RawWebSocket socket = server.socket(path, line)) {
                assertTrue(socket.statusLine.contains(allowed ? " 101 " : " 403 "), socket.statusLine);
                assertTrue(allowed || socket.body().contains("\"code\":\"origin\""));
            }
        }
    }

    @Test
    void shouldPutCorsHeadersOnErrorsToo() throws Exception {
        try (TestServer server = new TestServer()) {
            for (String path : new String[] {"/cam/whep", "/unknown/whep", "/locked/whep", "/cam/whep/none"}) {
                HttpResponse<String> response = server.offer(path, "offer", "Origin", "https://any.example");
                assertTrue(response.statusCode() >= 400);
                assertEquals(
                        "*",
                        response.headers()
                                .firstValue("Access-Control-Allow-Origin")
                                .orElse(""));
                assertTrue(response.headers()
                        .firstValue("Access-Control-Expose-Headers")
                        .orElse("")
                        .contains("Retry-After"));
            }
        }
    }

    @Test
    void shouldAllowWhatClientsNeedInAPreflight() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> response =
                    server.method("OPTIONS", "/cam/media_info.json", "", "Origin", "https://any.example");
            assertEquals(200, response.statusCode());
            assertEquals(
                    "Authorization, Content-Type, If-Match, ETag, X-Sid, traceparent",
                    response.headers()
                            .firstValue("Access-Control-Allow-Headers")
                            .orElse(""));
            assertEquals(
                    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
                    response.headers()
                            .firstValue("Access-Control-Allow-Methods")
                            .orElse(""));
        }
    }

    @Test
    void shouldCompareWithTheSchemeThatATrustedProxyReports() throws Exception {
        String[] behind = {"Host: one.test", "Origin: https://one.test", "X-Forwarded-Proto: https"};
        try (TestServer trusting = TestServer.with(LISTED);
                TestServer other = new TestServer()) {
            assertEquals(101, status(trusting, behind));
            assertEquals(403, status(other, behind));
            assertEquals(403, status(trusting, "Host: one.test", "Origin: https://one.test"));
        }
    }

    @Test
    void shouldTakeTheClientsAddressFromATrustedProxyOnly() throws Exception {
        try (TestServer trusting = TestServer.with(LISTED);
                TestServer other = new TestServer()) {
            String[] forwarded = {"X-Forwarded-For", "1.1.1.1, 203.0.113.9"};
            assertEquals(201, trusting.offer("/cam/whip", "offer", forwarded).statusCode());
            assertEquals("203.0.113.9", trusting.engine.sources.take().getHostAddress());
            assertEquals(201, other.offer("/cam/whip", "offer", forwarded).statusCode());
            assertEquals("127.0.0.1", other.engine.sources.take().getHostAddress());
        }
    }

    /** A request with a Host of the test's choice, which java.net.http does not allow. */
    private static int status(TestServer server, String... headers) throws Exception {
        return RawHttp.status(
                server,
                "GET /cam/webrtc/publish HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                        + String.join("\r\n", headers) + "\r\n\r\n");
    }

    @Test
    void shouldRefuseForeignNamesWithoutAConfigBecauseTheyMayBeRebound() throws Exception {
        try (TestServer open = TestServer.with(AccessConfig.OPEN);
                TestServer declared = new TestServer()) {
            String request = "GET /-/streams HTTP/1.1\r\nHost: evil.example:8080\r\n\r\n";
            assertEquals(403, RawHttp.status(open, request));
            assertEquals(200, RawHttp.status(declared, request));
            assertEquals(200, RawHttp.status(open, request.replace("evil.example", "localhost")));
            assertEquals(200, RawHttp.status(open, request.replace("evil.example", "[::1]")));
            assertEquals(200, RawHttp.status(open, request.replace("evil.example", "192.0.2.7")));
        }
    }
}
