package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.jwt.Signer;
import dev.sluice.signaling.config.ConfigFile;
import dev.sluice.signaling.json.Json;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        Map<String, Object> first = (Map<String, Object>) ((java.util.List<?>) errors).getFirst();
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

    @ParameterizedTest
    @ValueSource(ints = {9_000, 100_000})
    void shouldRefuseHugeTokens(int length) throws Exception {
        try (TestServer server = server(JWT + STREAMS)) {
            String token = token("play", "cam", "sub", "x".repeat(length));
            // A head of more than 16 KiB does not get as far as to us.
            int status = length > 16_384 ? 400 : 401;
            assertEquals(
                    status,
                    server.offer("/cam/whep", OFFER, "Authorization", "Bearer " + token)
                            .statusCode());
            assertEquals(status, server.offer("/cam/whep?token=" + token, OFFER).statusCode());
            try (RawWebSocket socket = server.socket("/cam/webrtc?token=" + token)) {
                if (length > 16_384) {
                    assertTrue(socket.statusLine.contains(" 400 "), socket.statusLine);
                } else {
                    assertEquals(4401.0, Json.parseObject(socket.nextText()).get("code"));
                }
            }
            assertEquals(0, server.engine.opened.size());
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
            assertEquals("moved", error(response).get("code"));
            assertEquals("token=1&x=%26", hook.queries.take().get("qs"));
            try (RawWebSocket socket = server.socket("/cam/webrtc?token=1")) {
                assertEquals(Map.of("type", "reconnect", "url", other), Json.parseObject(socket.nextText()));
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
