package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.jwt.Signer;
import dev.sluice.signaling.config.ConfigFile;
import dev.sluice.signaling.json.Json;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and hooks as clients of each transport meet them. */
class AccessTest {
    private static final String SECRET = "a secret of more than thirty-two bytes";
    private static final Signer SIGNER = Signer.secret(SECRET);
    private static final String STREAMS = "streams { \"**\" { input = \"publish://\" } }";
    private static final String JWT = "auth { jwt { secret = \"" + SECRET + "\" } }\n";
    private static final String OFFER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    @TempDir
    Path folder;

    private TestServer server(String config) throws Exception {
        TestServer server = TestServer.with(ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), config))
                .access());
        server.engine.goLive("cam", 0);
        return server;
    }

    private static String token(String... claims) throws Exception {
        return SIGNER.token((Object[]) claims);
    }

    private static Map<String, Object> error(HttpResponse<String> response) throws Exception {
        Object errors = Json.parseObject(response.body()).get("errors");
        @SuppressWarnings("unchecked") // Keys of JSON objects are strings.
        Map<String, Object> first = (Map<String, Object>) ((List<?>) errors).getFirst();
        return first;
    }

    @Test
    void shouldTakeATokenByHeaderAndByQuery() throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String publish = token("publish", "cam", "sub", "ada");
            assertEquals(
                    201,
                    server.offer("/cam/whip", OFFER, "Authorization", "Bearer " + publish)
                            .statusCode());
            String play = token("play", "cam");
            assertEquals(201, server.offer("/cam/whep?token=" + play, OFFER).statusCode());
            assertEquals(200, server.get("/cam/media_info.json?token=" + play).statusCode());
            try (RawWebSocket socket = server.socket("/cam/webrtc?token=" + play)) {
                assertEquals("offer", Json.parseObject(socket.nextText()).get("type"));
            }
            try (RawWebSocket socket = server.socket("/cam/webrtc/publish?token=" + publish)) {
                assertEquals("config", Json.parseObject(socket.nextText()).get("type"));
            }
        }
    }

    @Test
    void shouldRefuseOnEachTransportWhoHasNoRight() throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String play = token("play", "cam");
            HttpResponse<String> none = server.offer("/cam/whep", OFFER);
            assertEquals(401, none.statusCode());
            assertEquals("Bearer", none.headers().firstValue("WWW-Authenticate").orElse(""));
            assertEquals("token", error(none).get("code"));
            assertEquals(403, server.offer("/cam/whip?token=" + play, OFFER).statusCode());
            assertEquals(401, server.get("/cam/media_info.json").statusCode());
            try (RawWebSocket socket = server.socket("/cam/webrtc/publish?token=" + play)) {
                assertEquals(4403.0, Json.parseObject(socket.nextText()).get("code"));
                assertEquals(4403, socket.awaitClose().closeCode());
            }
            assertEquals(0, server.engine.opened.size());
            assertEquals(2, server.server.admission().counters().get("refused.forbidden"));
        }
    }

    @Test
    void shouldRefuseLongTokens() throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String token = token("play", "cam", "sub", "x".repeat(9_000));
            assertEquals(401, server.offer("/cam/whep?token=" + token, OFFER).statusCode());
            assertEquals(
                    401,
                    server.offer("/cam/whep", OFFER, "Authorization", "Bearer " + token)
                            .statusCode());
            try (RawWebSocket socket = server.socket("/cam/webrtc?token=" + token)) {
                assertEquals(4401.0, Json.parseObject(socket.nextText()).get("code"));
            }
            assertEquals(0, server.engine.opened.size());
        }
    }

    /** A head of more than 16 KiB does not get as far as to us: it is answered or cut off while it is sent. */
    @Test
    void shouldNotReadTokensOfAHundredKilobytes() throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String token = token("play", "cam", "sub", "x".repeat(100_000));
            for (String head : List.of(
                    "POST /cam/whep HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token,
                    "GET /cam/webrtc?token=" + token + " HTTP/1.1\r\nHost: x")) {
                int status;
                try {
                    status = RawHttp.status(server, head + "\r\n\r\n");
                } catch (SocketException e) {
                    status = 0;
                }
                assertTrue(status == 400 || status == 0, "status " + status);
            }
            assertEquals(0, server.engine.opened.size());
            assertEquals(
                    201,
                    server.offer("/cam/whep?token=" + token("play", "cam"), OFFER)
                            .statusCode());
        }
    }

    /** Before the body: what a stranger sends is not worth reading. */
    @Test
    void shouldRefuseBeforeTheBodyWhatNeedsNoWaiting() throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String head = "POST /cam/whip HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\n"
                    + "Content-Length: 1000\r\n\r\n";
            assertEquals(401, RawHttp.status(server, head));
        }
    }

    @Test
    void shouldEndASocketCleanlyWhenItsRightIsOver() throws Exception {
        try (TestServer server = server(JWT + STREAMS);
                RawWebSocket socket = server.socket("/cam/webrtc?token=" + token("play", "cam"))) {
            socket.nextText();
            FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
            session.close(SessionEnd.ACCESS_ENDED);
            String text = socket.nextText();
            while (!text.contains("error")) {
                text = socket.nextText();
            }
            assertEquals(4401.0, Json.parseObject(text).get("code"));
            assertEquals(4401, socket.awaitClose().closeCode());
        }
    }

    /** The clock is the machine's here: the session's right is over as it begins, but for the skew. */
    @Test
    void shouldEndARunningSessionByItself() throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String token = SIGNER.token("play", "cam", "exp", Instant.now().getEpochSecond() - 28);
            assertEquals(201, server.offer("/cam/whep?token=" + token, OFFER).statusCode());
            FakeSession session = server.engine.opened.poll(5, TimeUnit.SECONDS);
            assertEquals(SessionEnd.ACCESS_ENDED, session.end.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldSendClientsElsewhereWhereTheHookSaysSo() throws Exception {
        String other = "https://edge.example/cam/whep";
        try (OtherServer hook = new OtherServer(OtherServer.status(302, "Location", other));
                TestServer server = server("auth { on_play = \"" + hook.uri() + "\" }\n" + STREAMS)) {
            HttpResponse<String> response = server.offer("/cam/whep?token=1&x=%26", OFFER);
            assertEquals(307, response.statusCode());
            assertEquals(other, response.headers().firstValue("Location").orElse(""));
            assertEquals("elsewhere", error(response).get("code"));
            assertEquals("token=1&x=%26", hook.queries.take().get("qs"));
            HttpResponse<String> info = server.get("/cam/media_info.json?token=1&x=%26");
            assertEquals(307, info.statusCode());
            assertEquals(
                    "https://edge.example/cam/media_info.json",
                    info.headers().firstValue("Location").orElse(""));
            hook.answer(OtherServer.status(302, "Location", "wss://edge.example:8443/a/cam/webrtc/?x=1"));
            assertEquals(
                    "https://edge.example:8443/a/cam/media_info.json?x=1",
                    server.get("/cam/media_info.json?token=2")
                            .headers()
                            .firstValue("Location")
                            .orElse(""));
            hook.answer(OtherServer.status(302, "Location", other));
            try (RawWebSocket socket = server.socket("/cam/webrtc?token=1")) {
                assertEquals(
                        Map.of("type", "reconnect", "url", other, "config", Map.of()),
                        Json.parseObject(socket.nextText()));
                assertEquals(4307, socket.awaitClose().closeCode());
            }
        }
    }

    @Test
    void shouldAskTheHookOfAPublisherAndRefuseWhomItRefuses() throws Exception {
        try (OtherServer hook = new OtherServer(OtherServer.status(403));
                TestServer server = server("auth { on_publish = \"" + hook.uri() + "\" }\n" + STREAMS)) {
            assertEquals(
                    403,
                    server.offer("/cam/whip?token=1", OFFER, "User-Agent", "OBS")
                            .statusCode());
            assertEquals("OBS", hook.queries.take().get("user_agent"));
            try (RawWebSocket socket = server.socket("/cam/webrtc/publish?token=2")) {
                assertEquals(4403.0, Json.parseObject(socket.nextText()).get("code"));
            }
            hook.answer(OtherServer.status(200));
            assertEquals(201, server.offer("/cam/whip?token=3", OFFER).statusCode());
            assertEquals(201, server.offer("/cam/whep", OFFER).statusCode(), "players are nobody's business here");
        }
    }

    @Test
    void shouldSayThatItIsNotTheClientsFaultWhenTheHookHangs() throws Exception {
        try (ServerSocket hanging = OtherServer.hanging();
                TestServer server =
                        server("auth { on_play = \"" + OtherServer.uri(hanging.getLocalPort()) + "\" }\n" + STREAMS)) {
            HttpResponse<String> response = server.offer("/cam/whep", OFFER);
            assertEquals(503, response.statusCode());
            assertEquals("access_unknown", error(response).get("code"));
            assertTrue(response.headers().firstValue("Retry-After").isPresent());
            assertEquals(200, server.get("/-/health").statusCode());
        }
    }

    @Test
    void shouldLetASidsSuccessorTakeItsPlace() throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String token = SIGNER.token("play", "cam", "sub", "ada", "max_sessions", 1);
            String[] headers = {"Authorization", "Bearer " + token, "X-Sid", "my-sid"};
            assertEquals(201, server.offer("/cam/whep", OFFER, headers).statusCode());
            assertEquals(
                    503,
                    server.offer("/cam/whep", OFFER, "Authorization", "Bearer " + token)
                            .statusCode());
            assertEquals(201, server.offer("/cam/whep", OFFER, headers).statusCode());
            FakeSession former = server.engine.opened.poll(5, TimeUnit.SECONDS);
            assertEquals(SessionEnd.CLIENT_CLOSED, former.end.get(5, TimeUnit.SECONDS));
        }
    }
}
