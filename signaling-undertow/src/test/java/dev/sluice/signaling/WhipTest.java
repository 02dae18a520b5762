package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.SessionEnd;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static FakeSession opened(TestServer server) throws InterruptedException {
        return server.engine.opened.poll(5, TimeUnit.SECONDS);
    }

    private static HttpResponse<String> patch(TestServer server, String location, String body, String... headers)
            throws Exception {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = FRAGMENT;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return server.method("PATCH", location, body, all);
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
                            + " events=\"active,inactive,viewercount\"",
                    header(response, "Link"));
            assertFalse(opened(server).isPublisher());
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
    void shouldKeepOnlySoMuchOfWhatRestartsBring() throws Exception {
        try (TestServer server = new TestServer()) {
            String location = header(server.offer("/cam/whip", OFFER), "Location");
            for (int i = 0; i < 100; i++) {
                String fragment = "a=ice-ufrag:NEW" + i + "\r\na=ice-pwd:newpasswordnewpassword12\r\n";
                assertEquals(200, patch(server, location, fragment).statusCode());
            }
            String tooLong = "a=ice-ufrag:" + "x".repeat(257) + "\r\na=ice-pwd:newpasswordnewpassword12\r\n";
            assertEquals(204, patch(server, location, tooLong).statusCode());
        }
    }

    @Test
    void shouldAnswerDiscoveryWhenAClientLooksBeforeItOffers() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> options = server.method("OPTIONS", "/locked/whip", "");
            assertEquals(200, options.statusCode());
            assertEquals("application/sdp", header(options, "Accept-Post"));
            assertTrue(header(options, "Access-Control-Allow-Methods").contains("PATCH")
                    || header(options, "Vary").equals("Origin"));
            HttpResponse<String> head = server.method("HEAD", "/cam/whep", "");
            assertEquals(200, head.statusCode());
            assertEquals("application/sdp", header(head, "Content-Type"));
            HttpResponse<String> get = server.get("/cam/whip");
            assertEquals(200, get.statusCode());
            assertEquals("", get.body());
            assertEquals(404, server.get("/unknown/whip").statusCode());
        }
    }

    @Test
    void shouldAnswer204WhenCandidatesTrickle() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> created = server.offer("/cam/whip", OFFER);
            String location = header(created, "Location");
            String candidates =
                    "a=ice-ufrag:BBBB\r\na=ice-pwd:bbbbbbbbbbbbbbbbbbbbbbbb\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
                            + "a=candidate:1 0 udp 1 [::1] 9 typ host\r\na=end-of-candidates\r\n";
            for (String[] headers : new String[][] {{}, {"If-Match", header(created, "ETag")}, {"If-Match", "*"}}) {
                HttpResponse<String> response = patch(server, location, candidates, headers);
                assertEquals(204, response.statusCode());
                assertEquals("", response.body());
                assertEquals("", header(response, "ETag"));
            }
            assertEquals(204, patch(server, location, "").statusCode());
            assertEquals(
                    204, patch(server, location, "garbage\r\na=ice-ufrag\r\n").statusCode());
            assertEquals(
                    412,
                    patch(server, location, candidates, "If-Match", "\"other\"").statusCode());
            assertEquals(
                    415,
                    server.method("PATCH", location, candidates, "Content-Type", "application/sdp")
                            .statusCode());
            assertEquals(0, opened(server).restarts.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"whip,*", "whep,*", "whep,"})
    void shouldRestartIceWhenAFragmentBringsNewCredentials(String suffix, String ifMatch) throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            HttpResponse<String> created = server.offer("/cam/" + suffix, OFFER);
            String location = header(created, "Location");
            String fragment = "a=ice-ufrag:NEWU\r\na=ice-pwd:newpasswordnewpassword12\r\n";
            HttpResponse<String> restarted = ifMatch == null
                    ? patch(server, location, fragment)
                    : patch(server, location, fragment, "If-Match", ifMatch);
            assertEquals(200, restarted.statusCode());
            assertEquals(FRAGMENT, header(restarted, "Content-Type"));
            assertNotEquals(header(created, "ETag"), header(restarted, "ETag"));
            assertTrue(restarted.body().contains("a=ice-ufrag:lfrg\r\na=ice-pwd:localpassword\r\n"));
            assertEquals(1, restarted.body().split("a=candidate:", -1).length - 1);
            assertTrue(restarted.body().endsWith("\r\n"));
            assertEquals(
                    "NEWU newpasswordnewpassword12", opened(server).restarts.poll());

            // Candidates of either generation follow; neither restarts again.
            assertEquals(
                    204,
                    patch(server, location, fragment, "If-Match", header(restarted, "ETag"))
                            .statusCode());
            assertEquals(
                    204,
                    patch(server, location, "a=ice-ufrag:AAAA\r\na=ice-pwd:x\r\n")
                            .statusCode());
            assertEquals(
                    412,
                    patch(server, location, fragment, "If-Match", header(created, "ETag"))
                            .statusCode());
        }
    }

    @Test
    void shouldKeepTheSessionWhenARestartFails() throws Exception {
        try (TestServer server = new TestServer()) {
            String location = header(server.offer("/cam/whip", OFFER), "Location");
            String fragment = "a=ice-ufrag:refuse:BAD_SDP\r\na=ice-pwd:newpasswordnewpassword12\r\n";
            assertEquals(422, patch(server, location, fragment, "If-Match", "*").statusCode());
            assertFalse(opened(server).end.isDone());
            assertEquals(200, server.get(location).statusCode());
        }
    }

    @Test
    void shouldEndTheSessionWhenItIsDeleted() throws Exception {
        try (TestServer server = new TestServer()) {
            String location = header(server.offer("/cam/whip", OFFER), "Location");
            assertEquals(
                    200,
                    server.method("DELETE", location, "", "If-Match", "\"nonsense\"")
                            .statusCode());
            assertEquals(SessionEnd.CLIENT_CLOSED, opened(server).end.get(5, TimeUnit.SECONDS));
            while (server.server.sessions() > 0) {
                Thread.onSpinWait();
            }
            while (server.get(location).statusCode() != 404) {
                Thread.onSpinWait();
            }
            assertEquals(404, server.method("DELETE", location, "").statusCode());
            assertEquals(404, patch(server, location, "").statusCode());
        }
    }

    @Test
    void shouldNotFindASessionUnderAnotherStreamOrRole() throws Exception {
        try (TestServer server = new TestServer()) {
            server.offer("/cam/whip", OFFER);
            assertEquals(404, server.get("/cam/whep/session-1").statusCode());
            assertEquals(404, server.get("/a/b/c/whip/session-1").statusCode());
            assertEquals(404, server.get("/cam/whip/session-2").statusCode());
            assertEquals(200, server.get("/cam/whip/session-1").statusCode());
            assertEquals(
                    200, server.method("OPTIONS", "/cam/whip/session-1", "").statusCode());
            assertEquals(
                    204,
                    server.method("POST", "/cam/whip/session-1", "{}", "Content-Type", "application/json")
                            .statusCode());
            assertEquals(405, server.method("PUT", "/cam/whip/session-1", "{}").statusCode());
        }
    }

    @Test
    void shouldReplaceTheSessionWhenTheSameClientPostsAgain() throws Exception {
        try (TestServer server = new TestServer()) {
            server.offer("/cam/whip", OFFER, "X-Sid", "11111111-2222");
            FakeSession first = opened(server);
            String other = OFFER.replace("AA:BB", "CC:DD");
            assertEquals(
                    201,
                    server.offer("/cam/whip", other, "X-Sid", "11111111-2222").statusCode());
            assertEquals(SessionEnd.CLIENT_CLOSED, first.end.get(5, TimeUnit.SECONDS));
            assertFalse(opened(server).end.isDone());
            // Another client, and the same mark on another stream, replace nothing here.
            server.offer("/cam/whip", OFFER.replace("AA:BB", "EE:FF"), "X-Sid", "other");
            server.offer("/a/b/c/whip", OFFER.replace("AA:BB", "11:22"), "X-Sid", "11111111-2222");
            assertFalse(opened(server).end.isDone());
        }
    }

    @Test
    void shouldGoOnWithTheSessionWhenTheSamePeerConnectionPostsAgain() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> first = server.offer("/cam/whip", OFFER);
            HttpResponse<String> second = server.offer("/cam/whip", OFFER.replace("AAAA", "CCCC"));
            assertEquals(201, second.statusCode());
            assertEquals(header(first, "Location"), header(second, "Location"));
            assertNotEquals(header(first, "ETag"), header(second, "ETag"));
            assertEquals(FakeSession.ANSWER + "a=again\r\n", second.body());
            FakeSession session = opened(server);
            assertEquals(1, session.offers.size());
            assertFalse(session.end.isDone());
        }
    }
}
