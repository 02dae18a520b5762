package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.AdminServer.Reply;
import dev.sluice.signaling.admin.PasswordHash;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threats 25, 30 and 31: who may administer. */
class AdminAccessTest {
    private static final String TOKEN = "a-token-of-good-length";
    private static final String WITH_TOKEN = "admin { token = \"" + TOKEN + "\" }";

    @TempDir
    Path folder;

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A request with headers of the test's choice; 0 when there is no answer. */
    private static int raw(AdminServer server, String method, String path, String... headers) throws Exception {
        return RawHttp.status(
                server.http,
                method + " " + AdminServer.API + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:1, '', 200",
        "127.0.0.1:1, '', 200",
        "[::1]:1, '', 200",
        "evil.example, '', 403",
        "127.0.0.1:1, Origin: http://127.0.0.1:1, 200",
        "127.0.0.1:1, Origin: http://127.0.0.1:2, 403",
        "127.0.0.1:1, Origin: http://localhost:1, 403",
        "127.0.0.1:1, Origin: https://evil.example, 403",
        "127.0.0.1:1, Origin: null, 403",
        "evil.example, Origin: http://evil.example, 403",
        "127.0.0.1:1, Sec-Fetch-Site: same-origin, 200",
        "127.0.0.1:1, Sec-Fetch-Site: none, 200",
        "127.0.0.1:1, Sec-Fetch-Site: cross-site, 403",
        "127.0.0.1:1, Sec-Fetch-Site: same-site, 403",
        "127.0.0.1:1, X-Forwarded-For: 127.0.0.1, 403",
        "127.0.0.1:1, Forwarded: for=127.0.0.1, 403",
        "127.0.0.1:1, Via: 1.1 proxy, 403",
        "127.0.0.1:1, X-Real-IP: 127.0.0.1, 403",
    })
    void shouldLetInThisComputerAloneWhenNothingIsSet(String host, String header, int status) throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            for (String path : new String[] {"/streams", "/config/stats", "/openapi.json"}) {
                assertEquals(status, raw(server, "GET", path, "Host: " + host, header.isEmpty() ? "A: b" : header));
            }
            assertEquals(
                    status == 200 ? 204 : status,
                    raw(server, "DELETE", made(server), "Host: " + host, header.isEmpty() ? "A: b" : header));
        }
    }

    private static ServerConfig everywhere(ServerConfig base) {
        ListenAddress any = ListenAddress.parse("0.0.0.0:0");
        return new ServerConfig(
                new ListenConfig(any, any, null, null),
                base.media(),
                base.turn(),
                base.access(),
                base.limits(),
                base.logFormat(),
                base.drain(),
                base.admin(),
                base.events());
    }

    private static String made(AdminServer server) throws Exception {
        assertEquals(200, server.put("/streams/a", "{}").status());
        return "/streams/a";
    }

    @Test
    void shouldBeClosedOnOtherAddressesUntilAccessIsSet() throws Exception {
        try (AdminServer server = new AdminServer(folder, "", AdminAccessTest::everywhere)) {
            Reply closed = server.get("/streams");
            assertEquals(403, closed.status());
            assertEquals("admin_closed", closed.code());
            assertTrue(closed.title().contains("admin { token ="), closed.title());
            Files.writeString(server.config, WITH_TOKEN);
            server.keeper.reload("test");
            assertEquals(401, server.get("/streams").status());
            assertEquals(
                    200,
                    server.get("/streams", "Authorization", "Bearer " + TOKEN).status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer a-token-of-good-length, 200",
        "bearer a-token-of-good-length, 200",
        "a-token-of-good-length, 200",
        "Bearer a-token-of-good-lengt, 401",
        "Bearer a-token-of-good-lengthx, 401",
        "Bearer, 401",
        "Basic YTpi, 401",
    })
    void shouldTakeTheTokenOnly(String authorization, int status) throws Exception {
        try (AdminServer server = new AdminServer(folder, WITH_TOKEN)) {
            Reply reply = server.get("/streams", "Authorization", authorization);
            assertEquals(status, reply.status());
            assertFalse(reply.response().body().contains(TOKEN));
            assertEquals(
                    401, server.get("/streams?token=" + TOKEN).status(), "no secrets in URLs, which get into logs");
        }
    }

    @Test
    void shouldTakeUserAndPasswordOnly() throws Exception {
        String hash = PasswordHash.of("pässword");
        String config = "admin { user = root, password_hash = \"" + hash + "\" }";
        try (AdminServer server = new AdminServer(folder, config)) {
            Reply asked = server.get("/streams");
            assertEquals(401, asked.status());
            assertTrue(asked.response()
                    .headers()
                    .firstValue("WWW-Authenticate")
                    .orElse("")
                    .startsWith("Basic realm="));
            assertEquals(
                    200,
                    server.get("/streams", "Authorization", basic("root", "pässword"))
                            .status());
            assertEquals(
                    200,
                    server.get("/streams", "Authorization", basic("root", "pässword"))
                            .status());
            for (String wrong : new String[] {
                basic("root", "password"),
                basic("toor", "pässword"),
                basic("", ""),
                "Basic %%%",
                "Basic cm9vdA==",
                "Bearer x"
            }) {
                assertEquals(401, server.get("/streams", "Authorization", wrong).status(), wrong);
            }
            assertFalse(server.get("/config", "Authorization", basic("root", "pässword"))
                    .response()
                    .body()
                    .contains("argon2"));
        }
    }

    @Test
    void shouldRefuseForeignPagesEvenWithTheToken() throws Exception {
        try (AdminServer server = new AdminServer(folder, WITH_TOKEN)) {
            String right = "Authorization: Bearer " + TOKEN;
            assertEquals(200, raw(server, "GET", "/streams", "Host: a.example", right));
            assertEquals(200, raw(server, "GET", "/streams", "Host: a.example", right, "Origin: http://a.example:80"));
            assertEquals(403, raw(server, "GET", "/streams", "Host: a.example", right, "Origin: https://b.example"));
            assertEquals(
                    403, raw(server, "OPTIONS", "/streams", "Host: a.example", right, "Origin: https://b.example"));
            Reply own = server.get("/streams", "Authorization", "Bearer " + TOKEN);
            assertTrue(own.response()
                    .headers()
                    .firstValue("Access-Control-Allow-Origin")
                    .isEmpty());
        }
    }

    @Test
    void shouldSlowDownWhoTriesTokens() throws Exception {
        try (AdminServer server = new AdminServer(folder, WITH_TOKEN)) {
            int refused = 0;
            Reply reply = null;
            while (refused < 30 && (reply == null || reply.status() == 401)) {
                reply = server.get("/streams", "Authorization", "Bearer guess-" + refused++);
            }
            assertEquals(429, reply.status());
            assertTrue(Integer.parseInt(
                            reply.response().headers().firstValue("Retry-After").orElse("0"))
                    >= 1);
            assertEquals(
                    429,
                    server.get("/streams", "Authorization", "Bearer " + TOKEN).status(),
                    "else the wait would cost a guesser nothing");
        }
    }

    @Test
    void shouldNotSlowDownWhoAsksWithoutAToken() throws Exception {
        try (AdminServer server = new AdminServer(folder, WITH_TOKEN)) {
            for (int i = 0; i < 40; i++) {
                assertEquals(401, server.get("/streams").status());
            }
            assertEquals(
                    200,
                    server.get("/streams", "Authorization", "Bearer " + TOKEN).status());
        }
    }

    @Test
    void shouldRefuseWhatAPagesFormCouldSend() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            for (String type :
                    new String[] {"application/x-www-form-urlencoded", "text/plain", "multipart/form-data"}) {
                assertEquals(
                        415,
                        raw(
                                server,
                                "POST",
                                "/config/reload",
                                "Host: localhost",
                                "Content-Type: " + type,
                                "Content-Length: 0"));
            }
        }
    }

    @Test
    void shouldShowTheOperatorWhoWasNotLetIn() throws Exception {
        try (AdminServer server = new AdminServer(folder, WITH_TOKEN)) {
            server.get("/streams", "Authorization", "Bearer wrong");
            server.get("/streams", "Authorization", "Bearer wrong");
            Reply stats = server.get("/config/stats", "Authorization", "Bearer " + TOKEN);
            assertEquals("admin", stats.at("refusals.0.type"));
            assertEquals(2.0, stats.at("refusals.0.count"));
            assertEquals("admin_login", stats.at("refusals.0.code"));
        }
    }
}
