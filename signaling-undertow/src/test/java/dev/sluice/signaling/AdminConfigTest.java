package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.AdminServer.Reply;
import dev.sluice.signaling.config.ConfigFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API of the server itself, and its ways. Each answer is held against the OpenAPI document. */
class AdminConfigTest {
    private static final String OFFER = "v=0";

    @TempDir
    Path folder;

    @Test
    void shouldChangeOfTheServerWhatTheConfigFileSaysNothingOf() throws Exception {
        try (AdminServer server =
                new AdminServer(folder, "publisher_grace = 5s\nstreams { a { input = \"publish://\" } }")) {
            Reply before = server.get("/config");
            assertEquals(List.of("origins"), before.at("live"));
            assertEquals(5.0, before.at("publisher_grace"));
            Reply refused = server.put("/config", "{\"publisher_grace\":9}");
            assertEquals(409, refused.status());
            assertTrue(refused.title().contains("x.conf:1"), refused.title());
            Reply changed = server.put("/config", "{\"origins\":{\"publish\":[\"https://Studio.example\"]}}");
            assertEquals(List.of("https://studio.example"), changed.at("origins.publish"));
            assertEquals(List.of("any"), changed.at("origins.play"));
            assertEquals(
                    201,
                    server.http
                            .offer("/a/whip", OFFER, "Origin", "https://studio.example")
                            .statusCode());
            assertEquals(Duration.ofSeconds(5), server.engine.published.take().grace());
            assertEquals(
                    422,
                    server.put("/config", "{\"origins\":{\"publish\":[\"studio\"]}}")
                            .status());
            assertEquals(
                    422, server.put("/config", "{\"listen\":\"0.0.0.0:1\"}").status());
            assertEquals(
                    List.of("same"), server.put("/config", "{\"origins\":null}").at("origins.publish"));
        }
    }

    @Test
    void shouldServeStreamsOfAnOpenServerAndKeepTheirSettings() throws Exception {
        try (AdminServer server = new AdminServer(folder, null)) {
            assertEquals(true, server.get("/config").at("open"));
            assertEquals(
                    409,
                    server.put("/config", "{\"origins\":{\"play\":[\"any\"]}}").status());
            server.put("/streams/locked", "{\"password\":\"p\"}");
            assertEquals(401, server.http.offer("/locked/whip", OFFER).statusCode());
            assertEquals(201, server.http.offer("/any/whip", OFFER).statusCode());
            server.put("/config", "{\"publisher_grace\":33}");
        }
        try (AdminServer again = new AdminServer(folder, null)) {
            assertEquals(401, again.http.offer("/locked/whip", OFFER).statusCode());
            assertEquals(201, again.http.offer("/any/whip", OFFER).statusCode());
            assertEquals(Duration.ofSeconds(33), again.engine.published.take().grace());
        }
    }

    @Test
    void shouldReloadAndSayWhatWasWrong() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            Files.writeString(server.config, "streams { other { input = \"publish://\" } }\nmedia_port = 9000");
            Reply applied = server.call("POST", "/config/reload", null);
            assertEquals(200, applied.status());
            assertEquals(List.of("media_port"), applied.at("restart_needed"));
            assertEquals(404, server.get("/streams/fixed").status());
            assertEquals(200, server.get("/streams/other").status());
            assertEquals(7000.0, server.get("/config").at("media_port"), "what is in force");

            Files.writeString(server.config, "streams { other {");
            Reply refused = server.call("POST", "/config/reload", null);
            assertEquals(422, refused.status());
            assertTrue(refused.title().contains("x.conf:1"), refused.title());
            Reply stats = server.get("/config/stats");
            assertEquals(1.0, stats.at("reload.reloads"));
            assertEquals(1.0, stats.at("reload.failures"));
            assertEquals(refused.title(), stats.at("reload.last_error"));
            assertEquals(200, server.get("/streams/other").status());
        }
    }

    @Test
    void shouldChangeNothingWhenTheFileCannotBeWritten() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            server.put("/streams/a", "{}");
            // A folder in the way of the file that is to replace the old one, which not even root can overwrite.
            Path inTheWay = Files.createDirectory(folder.resolve("x.streams.conf.tmp"));
            Files.createFile(inTheWay.resolve("x"));
            for (Reply refused : List.of(
                    server.put("/streams/b", "{}"),
                    server.put("/streams/a", "{\"disabled\":true}"),
                    server.put("/config", "{\"publisher_grace\":3}"),
                    server.call("DELETE", "/streams/a", null))) {
                assertEquals(507, refused.status());
                assertEquals("not_saved", refused.code());
            }
            assertEquals(404, server.get("/streams/b").status());
            assertEquals(false, server.get("/streams/a").at("disabled"));
            assertEquals(10.0, server.get("/config").at("publisher_grace"));
        }
    }

    @Test
    void shouldRefuseOtherTypesMethodsAndLargeBodies() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            assertEquals(
                    415,
                    server.put("/streams/a", "{}", "Content-Type", "text/plain").status());
            assertEquals(
                    415,
                    server.call("POST", "/config/reload", "a=b", "Content-Type", "application/x-www-form-urlencoded")
                            .status());
            assertEquals(
                    200,
                    server.put("/streams/a", "{}", "Content-Type", "application/json; charset=utf-8")
                            .status());
            assertEquals(
                    413, server.put("/streams/a", " ".repeat(70_000) + "{}").status());
            Reply refused = server.call("PATCH", "/streams/a", "{}");
            assertEquals(405, refused.status());
            assertEquals(
                    "DELETE, GET, PUT",
                    refused.response().headers().firstValue("Allow").orElse(""));
            assertEquals(405, server.put("/sessions", "{}").status());
            assertEquals(404, server.get("/nothing").status());
            assertEquals(404, server.get("").status());
            assertEquals(200, server.get("/openapi.json").status());
        }
    }

    @Test
    void shouldNotLeaveManagementPathsToStreams() throws Exception {
        try (AdminServer server = new AdminServer(folder, "streams { \"**\" { input = \"publish://\" } }")) {
            for (String path : new String[] {"/x/whip", "/streams/whip", "/sessions/a/whep"}) {
                assertTrue(server.http.offer(AdminServer.API + path, OFFER).statusCode() >= 404, path);
            }
            assertEquals(0, server.engine.opened.size());
            assertEquals(201, server.http.offer("/streamer/api/whip", OFFER).statusCode());
        }
    }

    @Test
    void shouldWriteAFileThatPeopleCanRead() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            server.put("/streams/b", "{\"inputs\":[{\"prefer_codec\":\"av1\"}],\"publisher_grace\":1.5}");
            server.put("/streams/a%2Fb", "{\"password\":\"p\"}");
            String text = Files.readString(server.streamsFile);
            assertTrue(text.startsWith("# Written by Sluice"), text);
            assertTrue(text.endsWith("""
                    streams {
                      "a/b" {
                        input = "publish://"
                        password = "p"
                      }
                      "b" {
                        input = "publish://"
                        prefer_codec = ["av1"]
                        publisher_grace = "1500ms"
                      }
                    }
                    """), text);
            assertEquals(
                    2,
                    ConfigFile.read(server.streamsFile)
                            .access()
                            .streams()
                            .named()
                            .size(),
                    "it could be a config file itself");
        }
    }

    @Test
    void shouldShowTheConfigInForceWithoutSecrets() throws Exception {
        Files.writeString(folder.resolve("cert.pem"), "");
        Files.writeString(folder.resolve("key.pem"), "");
        String text = """
                tls { certificate = "cert.pem", key = "key.pem" }
                announce = ["203.0.113.5"]
                ice_tcp = "203.0.113.6:443"
                turn { urls = ["turn:turn.example.com"], secret = n0rth }
                trusted_proxies = ["10.0.0.0/8", "::1"]
                admin { token = "0123456789abcdef" }
                auth {
                  jwt { secret = "a-secret-of-more-than-32-characters", jwks = "https://id.example/h1dden?x=1", issuer = me }
                  on_publish = "https://hook.example:9000/h1dden?x=1", on_play = "securetoken://h1dden-key", on_failure = keep
                }
                drain_seconds = 20
                drain_to = "https://other.example:8443"
                webhooks = [{ url = "https://events.example/h1dden", secret = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
                  events = [stream.started], streams = ["a/*"] }]
                telemetry { otlp = "http://127.0.0.1:4318/h1dden" }
                log_format = json
                streams { "a/*" { input = "publish://", password = h1dden } }
                """;
        try (AdminServer server = new AdminServer(folder, text)) {
            Reply config = server.get("/config", "Authorization", "Bearer 0123456789abcdef");
            assertEquals(List.of("10.0.0.0/8", "0:0:0:0:0:0:0:1/128"), config.at("trusted_proxies"));
            assertEquals("203.0.113.6:443", config.at("ice_tcp"));
            assertEquals("token", config.at("admin"));
            assertEquals(true, config.at("templates.0.password_set"));
            assertEquals("HS256", config.at("auth.jwt.keys.0.alg"));
            assertEquals("https://id.example", config.at("auth.jwt.jwks"));
            assertEquals("me", config.at("auth.jwt.issuer"));
            assertEquals("hook https://hook.example:9000", config.at("auth.on_publish"));
            assertEquals("securetoken", config.at("auth.on_play"));
            assertEquals("keep", config.at("auth.on_failure"));
            assertEquals(20.0, config.at("drain_seconds"));
            assertEquals("https://other.example:8443", config.at("drain_to"));
            assertEquals("https://events.example", config.at("webhooks.0.url"));
            assertEquals(List.of("stream.started"), config.at("webhooks.0.events"));
            assertEquals("http://127.0.0.1:4318", config.at("telemetry.otlp"));
            assertEquals("json", config.at("log_format"));
            for (String secret :
                    new String[] {"n0rth", "0123456789abcdef", "h1dden", "a-secret-of", "c2VjcmV0", "whsec"}) {
                assertFalse(config.response().body().contains(secret), secret);
            }
        }
    }

    @Test
    void shouldShowThePortsThatAreBound() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            Reply config = server.get("/config");
            assertEquals("127.0.0.1:" + server.http.server.plainAddress().getPort(), config.at("listen"));
            assertEquals("127.0.0.1:" + server.http.server.tlsAddress().getPort(), config.at("tls_listen"));
            assertEquals(server.engine.mediaPorts().getFirst().doubleValue(), config.at("media_port"));
        }
        try (RunningServer server = RunningServer.start();
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + AdminServer.API + "/config"))
                    .build();
            String config =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            int port = server.engine().mediaPorts().getFirst();
            assertTrue(config.contains("\"media_port\":" + port + ","), config);
        }
    }

    @Test
    void shouldShowWhoWasRefusedOverAWebSocketToo() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            try (RawWebSocket socket = server.http.socket("/fixed/webrtc/publish?password=wrong")) {
                assertEquals(4401, socket.awaitClose().closeCode());
            }
            try (RawWebSocket socket = server.http.socket("/a%20b/webrtc")) {
                assertEquals(4404, socket.awaitClose().closeCode());
            }
            Reply stats = server.get("/config/stats");
            assertEquals("play", stats.at("refusals.0.type"));
            assertEquals("", stats.at("refusals.0.name"));
            assertEquals("publish", stats.at("refusals.1.type"));
            assertEquals("fixed", stats.at("refusals.1.name"));
            assertEquals("password", stats.at("refusals.1.code"));
        }
    }

    @Test
    void shouldTakeExactlyTheMethodsOfItsDocument() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            for (String template : server.document.templates()) {
                String path = template.replace("{name}", "fixed").replace("{id}", "none");
                for (String method : new String[] {"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"}) {
                    int status = server.call(method, path, null).status();
                    // A stream may be called stop, so this path has the methods of a stream besides.
                    boolean described = server.document.has(template, method)
                            || template.equals("/streams/{name}/stop")
                                    && server.document.has("/streams/{name}", method);
                    assertEquals(described, status != 405, method + " " + path + " " + status);
                }
            }
        }
    }
}
