package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.MediaSession;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints: offers, refusals, discovery. */
class WhipTest {
    private static final String OFFER = """
            v=0\r
            o=- 4611 2 IN IP4 127.0.0.1\r
            a=fingerprint:sha-256 AA:BB\r
            m=audio 9 UDP/TLS/RTP/SAVPF 111\r
            a=ice-ufrag:AAAA\r
            a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r
            m=video 9 UDP/TLS/RTP/SAVPF 96\r
            a=ice-ufrag:BBBB\r
            a=ice-pwd:bbbbbbbbbbbbbbbbbbbbbbbb\r
            """;

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static FakeSession opened(TestServer server) throws InterruptedException {
        return server.engine.opened.poll(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldAnswer201WithAllHeadersWhenAPublisherOffers() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> response = server.offer("/a/b/c/whip?token=1", OFFER);
            assertEquals(201, response.statusCode());
            assertEquals("application/sdp", header(response, "Content-Type"));
            assertEquals(FakeSession.ANSWER, response.body());
            assertEquals("/a/b/c/whip/session-1", header(response, "Location"));
            assertEquals("session-1", header(response, "X-Sid"));
            assertTrue(header(response, "ETag").matches("\"[^\"]+\""));
            assertEquals("", header(response, "Link"));
            assertTrue(opened(server).isPublisher());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cam/whep", "/cam/whap", "/cam//whep?start_track=v1"})
    void shouldAnswer201WithEventsLinkWhenAPlayerOffers(String path) throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            HttpResponse<String> response = server.offer(path, OFFER);
            assertEquals(201, response.statusCode());
            assertEquals("/cam/whep/session-1", header(response, "Location"));
            assertEquals(
                    "</cam/whep/session-1/events>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\";"
                            + " events=\"active,inactive,layers,viewercount,reconnect\"",
                    header(response, "Link"));
            assertEquals(
                    "</cam/whep/session-1/layer>; rel=\"urn:ietf:params:whep:ext:core:layer\"",
                    response.headers().allValues("Link").get(1));
            FakeSession session = opened(server);
            assertFalse(session.isPublisher());
            assertEquals(path.contains("start_track") ? "[v1]" : null, session.selections.poll());
        }
    }

    @Test
    void shouldChooseALayerAndLeaveItToTheServerAgain() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            server.offer("/cam/whep", OFFER);
            FakeSession session = opened(server);
            String path = "/cam/whep/session-1/layer";
            String wish = "{\"mediaId\":\"0\",\"rid\":\"h\",\"temporalLayerId\":1,\"maxWidth\":99999999}";
            assertEquals(200, server.method("POST", path, wish).statusCode());
            assertEquals(new MediaSession.LayerWish("h", -1, 1, 65_536, 0).toString(), session.selections.poll());
            assertEquals(200, server.method("DELETE", path, "").statusCode());
            assertEquals("[]", session.selections.poll());
            assertEquals(422, server.method("POST", path, "{\"rid\":\"none\"}").statusCode());
            assertEquals(422, server.method("POST", path, "{\"rid\":1}").statusCode());
            assertEquals(422, server.method("POST", path, "[]").statusCode());
            assertEquals(405, server.method("PUT", path, "{}").statusCode());
            assertEquals(
                    404, server.method("POST", "/cam/whep/other/layer", "{}").statusCode());
        }
    }

    @Test
    void shouldPassOnWhatIsNotWantedWhenTheUrlSaysSo() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            assertEquals(201, server.offer("/cam/whep?video=0", OFFER).statusCode());
            assertEquals(new Wanted(true, false), server.engine.wanted.poll(5, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/unknown/whip, 404",
        "/unknown/whep, 404",
        "/cam/x/whip, 404",
        "/studio/../cam/whip, 404",
        "/locked/whip, 401",
        "/locked/whip?password=open, 401",
        "/locked/whep?password=sesame, 401",
        "/cam/whep, 409",
    })
    void shouldRefuseByStatusWhenTheStreamIsNotForTheClient(String path, int status) throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> response = server.offer(path, OFFER);
            assertEquals(status, response.statusCode());
            assertEquals("application/json", header(response, "Content-Type"));
            assertTrue(response.body().contains("\"status\":\"" + status + "\""), response.body());
            assertEquals(status == 401 ? "Bearer" : "", header(response, "WWW-Authenticate"));
            assertEquals(status == 409, !header(response, "Retry-After").isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_SDP, 422",
        "NO_COMMON_CODEC, 422",
        "TOO_MANY_SESSIONS, 503",
        "TOO_MANY_FROM_SOURCE, 503",
        "OVERLOADED, 503",
        "NOT_LIVE, 409",
    })
    void shouldRefuseByStatusWhenTheEngineRefuses(String refusal, int status) throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            for (String path : new String[] {"/cam/whip", "/cam/whep"}) {
                HttpResponse<String> response = server.offer(path, "refuse:" + refusal);
                assertEquals(status, response.statusCode());
                assertTrue(response.body().contains("refused as " + refusal), response.body());
                assertEquals(status != 422, !header(response, "Retry-After").isEmpty());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"Bearer sesame", "bearer sesame", "sesame"})
    void shouldTakeThePasswordFromTheAuthorizationHeader(String authorization) throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals(
                    201,
                    server.offer("/locked/whip", OFFER, "Authorization", authorization)
                            .statusCode());
            assertEquals(
                    201, server.offer("/locked/whip?password=sesame", OFFER).statusCode());
            assertEquals(
                    401,
                    server.offer("/locked/whip", OFFER, "Authorization", "Bearer wrong")
                            .statusCode());
        }
    }

    @Test
    void shouldRefuseOtherContentTypesAndLargeBodies() throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals(
                    415,
                    server.method("POST", "/cam/whip", OFFER, "Content-Type", "text/plain")
                            .statusCode());
            assertEquals(415, server.method("POST", "/cam/whip", OFFER).statusCode());
            assertEquals(
                    201,
                    server.method("POST", "/cam/whip", OFFER, "Content-Type", "Application/SDP; charset=utf-8")
                            .statusCode());
            assertEquals(201, server.offer("/cam/whip", "x".repeat(64 * 1024)).statusCode());
            assertEquals(
                    413, server.offer("/cam/whip", "x".repeat(64 * 1024 + 1)).statusCode());
            // More than sockets hold: who is cut off while sending never reads the answer.
            assertEquals(413, server.offer("/cam/whip", "x".repeat(1_000_000)).statusCode());
            assertEquals(405, server.method("PUT", "/cam/whip", OFFER).statusCode());
        }
    }

    @Test
    void shouldTellAClientThatAsksFirstToGoOn() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> response = server.send(server.request("/cam/whip")
                    .expectContinue(true)
                    .header("Content-Type", "application/sdp")
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(OFFER)));
            assertEquals(201, response.statusCode());
        }
    }

    @Test
    void shouldAnswerDiscoveryWhenAClientLooksBeforeItOffers() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> options = server.method("OPTIONS", "/locked/whip", "");
            assertEquals(200, options.statusCode());
            assertEquals("application/sdp", header(options, "Accept-Post"));
            assertTrue(header(options, "Access-Control-Allow-Methods").contains("PATCH"));
            HttpResponse<String> head = server.method("HEAD", "/cam/whep", "");
            assertEquals(200, head.statusCode());
            assertEquals("application/sdp", header(head, "Content-Type"));
            HttpResponse<String> get = server.get("/cam/whip");
            assertEquals(200, get.statusCode());
            assertEquals("", get.body());
            assertEquals(404, server.get("/unknown/whip").statusCode());
        }
    }
}
