package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.StreamSettings;
import dev.sluice.engine.StreamSettings.Transport;
import dev.sluice.signaling.AdminServer.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each answer here is held against the OpenAPI document, see {@link AdminServer#call}. */
class AdminApiTest {
    private static final String OFFER = "v=0";

    @TempDir
    Path folder;

    @Test
    void shouldAddAStreamThatCanBePublishedAtOnceAndIsThereAfterARestart() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            assertEquals(404, server.http.offer("/studio/one/whip", OFFER).statusCode());
            Reply made = server.put("/streams/studio%2Fone", """
                    {"inputs":[{"url":"publish://","prefer_codec":"h264,vp8","min_bitrate":300,"max_bitrate":2500,
                      "webrtc_abr":false,"transport":"tcp","source_timeout":7.5,"key_frame_interval":4}],
                     "publisher_grace":20,"password":"let \\"me\\" in","play_password":"\\u00fcber"}""");
            assertEquals(200, made.status());
            assertEquals("studio/one", made.at("name"));
            assertEquals("api", made.at("origin"));
            assertEquals(true, made.at("password_set"));
            assertEquals(7.5, made.at("inputs.0.source_timeout"));
            assertFalse(made.response().body().contains("let"));

            assertEquals(401, server.http.offer("/studio/one/whip", OFFER).statusCode());
            assertEquals(
                    201,
                    server.http
                            .offer("/studio/one/whip?password=let%20%22me%22%20in", OFFER)
                            .statusCode());
            StreamSettings wanted = new StreamSettings(
                    Duration.ofSeconds(4),
                    300_000,
                    2_500_000,
                    List.of("h264", "vp8"),
                    false,
                    Transport.TCP,
                    Duration.ofMillis(7_500),
                    Duration.ofSeconds(20));
            assertEquals(wanted, server.engine.published.poll(5, TimeUnit.SECONDS));
        }
        try (AdminServer again = new AdminServer(folder, AdminServer.LOCAL)) {
            Reply kept = again.get("/streams/studio/one");
            assertEquals("h264,vp8", kept.at("inputs.0.prefer_codec"));
            assertEquals("tcp", kept.at("inputs.0.transport"));
            assertEquals(20.0, kept.at("publisher_grace"));
            again.engine.goLive("studio/one", 0);
            assertEquals(
                    201,
                    again.http
                            .offer("/studio/one/whep?password=%C3%BCber", OFFER)
                            .statusCode());
        }
    }

    @Test
    void shouldTellARunningPublisherOfAChangeOfItsStream() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            server.put("/streams/a", "{\"inputs\":[{\"min_bitrate\":300}]}");
            assertEquals(201, server.http.offer("/a/whip", OFFER).statusCode());
            server.put("/streams/a", "{\"publisher_grace\":7,\"inputs\":[{\"key_frame_interval\":2}]}");
            FakeSession publisher = server.engine.opened.poll(5, TimeUnit.SECONDS);
            StreamSettings told;
            do {
                told = publisher.revisions.poll(5, TimeUnit.SECONDS);
                assertNotNull(told, "not told");
            } while (told.minBitrateBps() != 300_000 || !Duration.ofSeconds(2).equals(told.keyFrameInterval()));
            assertEquals(Duration.ofSeconds(7), told.grace());
        }
    }

    @Test
    void shouldChangeOnlyTheGivenFieldsAndPutDefaultsBackForNull() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            server.put("/streams/a", "{\"password\":\"p\",\"inputs\":[{\"max_bitrate\":500,\"transport\":\"udp\"}]}");
            Reply changed = server.put("/streams/a", "{\"inputs\":[{\"abr_max_bitrate\":700}]}");
            assertEquals(700.0, changed.at("inputs.0.max_bitrate"));
            assertEquals("udp", changed.at("inputs.0.transport"));
            assertEquals(true, changed.at("password_set"));
            Reply reset = server.put("/streams/a", "{\"password\":null,\"inputs\":[{\"max_bitrate\":null}]}");
            assertEquals(0.0, reset.at("inputs.0.max_bitrate"));
            assertEquals("udp", reset.at("inputs.0.transport"));
            assertEquals(false, reset.at("password_set"));
        }
    }

    @Test
    void shouldKeepWhatATemplateGivesWhenOneFieldOfItsStreamIsChanged() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            Reply changed = server.put("/streams/team/a", "{\"inputs\":[{\"min_bitrate\":100}]}");
            assertEquals(900.0, changed.at("inputs.0.max_bitrate"));
            assertEquals(true, changed.at("password_set"));
            assertEquals(401, server.http.offer("/team/a/whip", OFFER).statusCode());
            assertEquals(204, server.call("DELETE", "/streams/team/a", null).status());
            assertEquals(404, server.get("/streams/team/a").status());
            server.engine.goLive("team/a", 0);
            assertEquals("template", server.get("/streams/team/a").at("origin"));
            assertEquals(409, server.call("DELETE", "/streams/team/a", null).status());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"title\":1} | Unknown field \"title\", known are",
                "{\"inputs\":[{\"url\":\"rtsp://x\"}]} | inputs[0].url: expected publish://",
                "{\"inputs\":[{\"bitrate\":1}]} | Unknown field \"bitrate\" in inputs[0]",
                "{\"inputs\":[]} | inputs: expected a list of one object",
                "{\"inputs\":[{},{}]} | inputs: expected a list of one object",
                "{\"inputs\":null} | inputs: expected a list of one object",
                "{\"inputs\":[{\"min_bitrate\":9,\"max_bitrate\":5}]} | max_bitrate: expected at least min_bitrate, 9",
                "{\"inputs\":[{\"max_bitrate\":5,\"abr_max_bitrate\":5}]} | expected one of them",
                "{\"inputs\":[{\"max_bitrate\":1.5}]} | inputs[0].max_bitrate: expected a whole number",
                "{\"inputs\":[{\"max_bitrate\":1e300}]} | inputs[0].max_bitrate: expected a number",
                "{\"inputs\":[{\"max_bitrate\":-1}]} | max_bitrate: expected a whole number from 0",
                "{\"inputs\":[{\"prefer_codec\":\"h266\"}]} | prefer_codec: expected codecs out of",
                "{\"inputs\":[{\"transport\":\"sctp\"}]} | expected both, udp or tcp",
                "{\"inputs\":[{\"source_timeout\":0}]} | source_timeout: expected a duration from 1s",
                "{\"inputs\":[{\"key_frame_interval\":0.1}]} | key_frame_interval: expected 0, or",
                "{\"publisher_grace\":\"1s\"} | publisher_grace: expected a number",
                "{\"publisher_grace\":-1} | publisher_grace: expected seconds",
                "{\"disabled\":\"yes\"} | disabled: expected true or false",
                "{\"password\":5} | password: expected a text",
                "{\"password\":\"\\ud800\"} | password: expected characters that a file can have",
                "{\"name\":\"b\"} | a stream cannot be renamed",
                "[] | one JSON object",
                "{ | one JSON object",
                "~~ | one JSON object",
            })
    void shouldRefuseByNameWhatItDoesNotTake(String body, String expected) throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            Reply refused = server.put("/streams/a", body);
            assertEquals(422, refused.status());
            assertTrue(refused.title().contains(expected), refused.title());
            assertEquals(404, server.get("/streams/a").status());
            assertFalse(Files.exists(server.streamsFile));
        }
    }

    @Test
    void shouldRefuseNamesThatAreNone() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            for (String name :
                    new String[] {"a%20b", "..", "whip", "a/*", "%3Cscript%3E", "streamer/api/v3/x", "%25"}) {
                assertEquals(422, server.put("/streams/" + name, "{}").status(), name);
                Reply missing = server.get("/streams/" + name);
                assertEquals(404, missing.status(), name);
                assertFalse(missing.response().body().contains("script"));
            }
        }
    }

    @Test
    void shouldSayWhereAStreamIsDeclaredThatCannotBeChangedHere() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            assertEquals(false, server.get("/streams/fixed").at("editable"));
            for (Reply refused :
                    List.of(server.put("/streams/fixed", "{}"), server.call("DELETE", "/streams/fixed", null))) {
                assertEquals(409, refused.status());
                assertEquals("declared_in_config", refused.code());
                assertTrue(refused.title().contains(server.config + ":2"), refused.title());
            }
        }
    }

    @Test
    void shouldEndThePublisherOnlyWhenAStreamIsStopped() throws Exception {
        try (AdminServer server = new AdminServer(folder, "streams { \"a/stop\" { input = \"publish://\" } }")) {
            server.engine.goLive("a/stop", 0);
            server.http.offer("/a/stop/whip", OFFER);
            server.http.offer("/a/stop/whep", OFFER);
            FakeSession publisher = server.engine.opened.take();
            FakeSession player = server.engine.opened.take();
            assertEquals("a/stop", server.get("/streams/a/stop").at("name"));
            assertEquals(
                    204, server.call("POST", "/streams/a%2Fstop/stop", null).status());
            assertEquals(SessionEnd.OPERATOR, publisher.end.get(5, TimeUnit.SECONDS));
            assertFalse(player.end.isDone());
            assertEquals(404, server.call("POST", "/streams/none/stop", null).status());
            assertEquals(405, server.call("POST", "/streams/a", null).status());
        }
    }

    @Test
    void shouldEndTheSessionsOfAStreamThatIsDeletedSwitchedOffOrGetsAnotherPassword() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            for (String change : new String[] {"{\"disabled\":true}", "{\"password\":\"new\"}", "delete"}) {
                server.put("/streams/a", "{\"disabled\":false,\"password\":\"old\"}");
                server.http.offer("/a/whip?password=old", OFFER);
                FakeSession publisher = server.engine.opened.take();
                server.put("/streams/a", "{\"inputs\":[{\"max_bitrate\":100}]}");
                assertFalse(publisher.end.isDone(), "settings end nobody");
                if (change.equals("delete")) {
                    assertEquals(204, server.call("DELETE", "/streams/a", null).status());
                } else {
                    server.put("/streams/a", change);
                }
                SessionEnd expected = change.contains("password") ? SessionEnd.ACCESS_ENDED : SessionEnd.OPERATOR;
                assertEquals(expected, publisher.end.get(5, TimeUnit.SECONDS), change);
                assertTrue(server.http.offer("/a/whip?password=old", OFFER).statusCode() >= 400);
            }
        }
    }

    @Test
    void shouldShowHowAStreamFares() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            assertEquals("waiting", server.get("/streams/fixed").at("stats.status"));
            assertEquals(401, server.http.offer("/fixed/whip", OFFER).statusCode());
            Reply refused = server.get("/streams/fixed");
            assertEquals("error", refused.at("stats.status"));
            assertEquals("The password is missing or wrong.", refused.at("stats.error"));

            server.engine.goLive("fixed", 1);
            server.http.offer("/fixed/whip?password=sesame", OFFER);
            server.http.offer("/fixed/whep", OFFER);
            Reply live = server.get("/streams/fixed");
            assertEquals("running", live.at("stats.status"));
            assertNull(live.at("stats.error"));
            assertEquals(1532.0, live.at("stats.bitrate"));
            assertEquals(50_000.0, live.at("stats.bytes_in"));
            assertEquals(1.0, live.at("stats.client_count"));
            assertEquals("127.0.0.1", live.at("stats.published_from"));
            assertEquals("whip", live.at("stats.published_via"));
            assertEquals("VP8", live.at("stats.media_info.tracks.0.codec"));

            server.engine.opened.take().close(SessionEnd.CLIENT_CLOSED);
            server.engine.opened.take().close(SessionEnd.CLIENT_CLOSED);
            server.engine.goDark("fixed");
            while (!server.get("/sessions").at("estimated_count").equals(0.0)
                    || server.get("/streams/fixed").at("stats.last_dts_at") == null) {
                Thread.onSpinWait();
            }
            Reply over = server.get("/streams/fixed");
            assertEquals(50_000.0, over.at("stats.bytes_in"), "sums never fall");
            assertEquals(50_000.0, over.at("stats.bytes_out"));
            assertEquals(50_000.0, server.get("/config/stats").at("bytes_in"));
            assertNull(over.at("stats.published_from"));
        }
    }

    @Test
    void shouldShowSessionsAndEndThem() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            server.http.offer(
                    "/fixed/whip?password=sesame",
                    OFFER,
                    "User-Agent",
                    "<script>alert(1)</script>",
                    "Referer",
                    "http://127.0.0.1/page?token=secret#x");
            Reply list = server.get("/sessions?name=fixed");
            String id = (String) list.at("sessions.0.id");
            Reply one = server.get("/sessions/" + id);
            assertEquals("publish", one.at("type"));
            assertEquals("whip", one.at("transport"));
            assertEquals("<script>alert(1)</script>", one.at("user_agent"));
            assertEquals("http://127.0.0.1/page", one.at("referer"));
            assertEquals(20.0, one.at("rtt"));
            assertEquals(2.0, one.at("loss"));
            assertFalse(list.response().body().contains("sesame"));
            assertEquals(0.0, server.get("/sessions?name=other").at("estimated_count"));
            assertEquals(422, server.get("/sessions?name=a%20b").status());
            assertEquals(204, server.call("DELETE", "/sessions/" + id, null).status());
            assertEquals(SessionEnd.OPERATOR, server.engine.opened.take().end.get(5, TimeUnit.SECONDS));
            assertEquals(404, server.call("DELETE", "/sessions/none", null).status());
            assertEquals(404, server.get("/sessions/none").status());
        }
    }

    @Test
    void shouldAskAnewWhetherSessionsAreAllowed() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            server.http.offer("/fixed/whip?password=sesame", OFFER);
            Reply kept = server.call("POST", "/sessions/reauth?name=fixed", null);
            assertEquals(202, kept.status());
            assertEquals(1.0, kept.at("asked"));
            assertEquals(
                    0.0,
                    server.call("POST", "/sessions/reauth?name=other", null).at("asked"));
            assertEquals(
                    422, server.call("POST", "/sessions/reauth?name=*", null).status());
        }
    }
}
