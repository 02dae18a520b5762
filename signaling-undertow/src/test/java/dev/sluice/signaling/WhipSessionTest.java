package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Session resources: trickle, ICE restart, end, and a client that comes again. */
class WhipSessionTest {
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
            String next = OFFER.replace("AAAA", "CCCC").replace("4611 2", "4611 3");
            HttpResponse<String> second = server.offer("/cam/whip", next);
            assertEquals(201, second.statusCode());
            assertEquals(header(first, "Location"), header(second, "Location"));
            assertNotEquals(header(first, "ETag"), header(second, "ETag"));
            assertEquals(FakeSession.ANSWER + "a=again\r\n", second.body());
            FakeSession session = opened(server);
            assertEquals(1, session.offers.size());
            assertFalse(session.end.isDone());
            // Once more, because its answer was lost.
            assertEquals(header(first, "Location"), header(server.offer("/cam/whip", next), "Location"));
        }
    }

    @Test
    void shouldLetAPlayerWaitAMomentForAPublisherThatIsHereButNotLiveYet() throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals(409, server.offer("/cam/whep", OFFER).statusCode());
            server.offer("/cam/whip", OFFER);
            Thread publisher = Thread.ofPlatform().start(() -> {
                while (server.engine.watchers() == 0) {
                    Thread.onSpinWait();
                }
                server.engine.goLive("cam", 0);
            });
            assertEquals(201, server.offer("/cam/whep", OFFER).statusCode());
            publisher.join();
            assertEquals(0, server.engine.watchers());
        }
    }

    /** FFmpeg 8 has one session id and version for all, and keeps a certificate that it is given. */
    @Test
    void shouldNotTakeAnotherClientWithTheSameSessionIdAndCertificateForTheSame() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> first = server.offer("/cam/whip", OFFER);
            String restarted = OFFER.replace("AAAA", "CCCC").replace("BBBB", "DDDD");
            HttpResponse<String> second = server.offer("/cam/whip", restarted);
            assertEquals(201, second.statusCode());
            assertNotEquals(header(first, "Location"), header(second, "Location"));
            assertEquals(FakeSession.ANSWER, second.body());
            assertEquals(0, opened(server).offers.size());
        }
    }
}
