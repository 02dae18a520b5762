package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.AccessConfig;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threats 28 and 29 as far as pages go: what is served, with which policy. */
class StaticPagesTest {

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/publish, text/html; charset=utf-8",
        "/play?stream=cam, text/html; charset=utf-8",
        "/a/b/c/embed.html?autoplay=1, text/html; charset=utf-8",
        "/admin, text/html; charset=utf-8",
        "/-/assets/admin/admin.js, text/javascript; charset=utf-8",
        "/sluice.js, text/javascript; charset=utf-8",
        "/sluice.mjs, text/javascript; charset=utf-8",
        "/sluice.d.ts, text/plain; charset=utf-8",
        "/-/assets/style.css, text/css; charset=utf-8",
    })
    void shouldServePagesWithTypeTagAndPolicy(String path, String type) throws Exception {
        try (TestServer server = TestServer.with(AccessConfig.OPEN)) {
            HttpResponse<String> response = server.get(path);
            assertEquals(200, response.statusCode());
            assertEquals(type, response.headers().firstValue("Content-Type").orElse(""));
            assertEquals(
                    "nosniff",
                    response.headers().firstValue("X-Content-Type-Options").orElse(""));
            if (type.startsWith("text/html")) {
                String policy =
                        response.headers().firstValue("Content-Security-Policy").orElse("");
                assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
                String own = "ws://" + server.authority() + " wss://" + server.authority();
                boolean asksOnlyItself = path.equals("/") || path.equals("/admin");
                assertTrue(policy.contains(asksOnlyItself ? own : "'self' http: https: ws: wss:;"), policy);
                assertTrue(policy.endsWith("frame-ancestors " + (path.contains("embed") ? "*" : "'none'")), policy);
            }
            String tag = response.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = server.send(server.request(path).header("If-None-Match", tag));
            assertEquals(304, again.statusCode());
            assertEquals("", again.body());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/-/assets/none.js",
        "/-/assets/../index.html",
        "/-/assets/..%2findex.html",
        "/-/assets/admin/../../index.html",
        "/-/assets/admin",
        "/-/assets/admin/",
        "/-/assets/package-info.class",
        "/-/assets/",
        "/index.html",
        "/a//b/embed.html",
        "/<script>/embed.html",
    })
    void shouldServeNothingElse(String path) throws Exception {
        try (TestServer server = TestServer.with(AccessConfig.OPEN)) {
            int status = RawHttp.status(server, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertTrue(status == 404 || status == 400, path + " " + status);
        }
    }

    @Test
    void shouldNotPutAForgedHostIntoThePolicy() throws Exception {
        try (TestServer server = new TestServer();
                java.net.Socket socket = RawHttp.open(server.address())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x;script-src *\r\nConnection: close\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertTrue(!answer.contains("script-src *"), answer);
        }
    }
}
