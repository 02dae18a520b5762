package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.AdminServer.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that a pattern of the config file gives, and that were changed by the API. */
class AdminTemplateTest {
    private static final String OFFER = "v=0";
    private static final String TEAM = """
            streams {
              "team/*" {
                input = "publish://", password = %s, max_bitrate = 900
                on_play = "securetoken://%s", max_sessions = 7, jwt = off, on_publish = ""
              }
            }
            """;
    private static final String OPEN = "streams { \"**\" { input = \"publish://\" } }";

    @TempDir
    Path folder;

    private static AdminServer changed(Path folder) throws Exception {
        AdminServer server = new AdminServer(folder, TEAM.formatted("knock", "first-key-of-it"));
        assertEquals(
                200,
                server.put("/streams/team/a", "{\"inputs\":[{\"min_bitrate\":100}]}")
                        .status());
        return server;
    }

    private static void reload(AdminServer server, String text) throws Exception {
        Files.writeString(server.config, text);
        assertEquals(200, server.call("POST", "/config/reload", null).status());
    }

    private static int offer(AdminServer server, String password) throws Exception {
        return server.http.offer("/team/a/whip?password=" + password, OFFER).statusCode();
    }

    @Test
    void shouldFollowItsTemplateInWhatItDoesNotSayItself() throws Exception {
        try (AdminServer server = changed(folder)) {
            Reply before = server.get("/streams/team/a");
            assertEquals("team/*", before.at("template"));
            assertEquals(900.0, before.at("inputs.0.max_bitrate"));
            assertEquals(201, offer(server, "knock"));
            reload(server, TEAM.formatted("other", "second-key-of-it").replace("900", "800"));
            Reply after = server.get("/streams/team/a");
            assertEquals(800.0, after.at("inputs.0.max_bitrate"));
            assertEquals(100.0, after.at("inputs.0.min_bitrate"));
            assertEquals(
                    SessionEnd.ACCESS_ENDED, server.engine.opened.take().end.get(5, TimeUnit.SECONDS));
            assertEquals(401, offer(server, "knock"));
            assertEquals(201, offer(server, "other"));
            String kept = Files.readString(server.streamsFile);
            assertFalse(kept.contains("knock") || kept.contains("key-of-it") || kept.contains("900"), kept);
        }
        try (AdminServer again = new AdminServer(folder, TEAM.formatted("third", "third-key-of-it"))) {
            assertEquals(100.0, again.get("/streams/team/a").at("inputs.0.min_bitrate"));
            assertEquals(201, offer(again, "third"));
        }
    }

    @Test
    void shouldShowWhoMayUseAStreamWithoutSecretsAndChangeIt() throws Exception {
        try (AdminServer server = changed(folder)) {
            Reply shown = server.get("/streams/team/a");
            assertEquals(false, shown.at("jwt"));
            assertEquals("none", shown.at("on_publish"));
            assertEquals("securetoken", shown.at("on_play"));
            assertEquals(7.0, shown.at("max_sessions"));
            assertEquals(0.0, shown.at("max_publish_bitrate"));
            assertFalse(shown.response().body().contains("key-of-it"));
            Reply changed = server.put(
                    "/streams/team/a",
                    "{\"jwt\":true,\"on_play\":\"securetoken://rotated-key?no_check_ip=true\",\"max_sessions\":0,"
                            + "\"on_publish\":\"http://127.0.0.1:9000/hidden?key=1\",\"max_publish_bitrate\":4000}");
            assertEquals(true, changed.at("jwt"));
            assertEquals("securetoken, any address", changed.at("on_play"));
            assertEquals("hook http://127.0.0.1:9000", changed.at("on_publish"));
            assertEquals(0.0, changed.at("max_sessions"));
            assertEquals(4000.0, changed.at("max_publish_bitrate"));
            assertFalse(changed.response().body().contains("rotated"));
            assertFalse(changed.response().body().contains("hidden"));
            assertEquals(
                    "rotated-key",
                    server.keeper
                            .live()
                            .get()
                            .access()
                            .streams()
                            .exactly("team/a")
                            .access()
                            .onPlay()
                            .key());
            Reply back = server.put("/streams/team/a", "{\"on_play\":null,\"on_publish\":null,\"jwt\":null}");
            assertEquals("securetoken", back.at("on_play"), "as the template says");
            assertEquals("none", back.at("on_publish"));
            assertEquals(false, back.at("jwt"));
            for (String refused :
                    new String[] {"securetoken", "hook http://127.0.0.1:9000", "none", "securetoken://x"}) {
                assertEquals(
                        422,
                        server.put("/streams/team/a", "{\"on_play\":\"" + refused + "\"}")
                                .status(),
                        refused);
            }
        }
    }

    @Test
    void shouldLetAStreamTakeBackWhatItsTemplateAsks() throws Exception {
        try (AdminServer server = changed(folder)) {
            server.put("/streams/team/a", "{\"password\":\"\"}");
            assertEquals(false, server.get("/streams/team/a").at("password_set"));
            assertEquals(201, offer(server, ""));
            server.put("/streams/team/a", "{\"password\":null}");
            assertEquals(true, server.get("/streams/team/a").at("password_set"), "null: what the template says");
            assertEquals(401, offer(server, ""));
        }
    }

    @Test
    void shouldSwitchOffAStreamWhoseTemplateIsGone() throws Exception {
        try (AdminServer server = changed(folder)) {
            assertEquals(201, offer(server, "knock"));
            reload(server, OPEN);
            assertEquals(SessionEnd.OPERATOR, server.engine.opened.take().end.get(5, TimeUnit.SECONDS));
            assertEquals(403, offer(server, ""));
            assertEquals(403, offer(server, "knock"));
            assertEquals(201, server.http.offer("/team/b/whip", OFFER).statusCode(), "the broader one holds");
            Reply gone = server.get("/streams/team/a");
            assertEquals(true, gone.at("disabled"));
            assertEquals("team/*", gone.at("template"));
            Reply refused = server.put("/streams/team/a", "{\"disabled\":false}");
            assertEquals(409, refused.status());
            assertEquals("template_gone", refused.code());
        }
        try (AdminServer again = new AdminServer(folder, OPEN)) {
            assertEquals(403, offer(again, ""));
            reload(again, TEAM.formatted("knock", "first-key-of-it"));
            assertEquals(201, offer(again, "knock"));
            assertEquals(204, again.call("DELETE", "/streams/team/a", null).status());
            reload(again, OPEN);
            assertEquals(201, offer(again, ""), "deleted, it is as any other of the pattern");
        }
    }

    @Test
    void shouldSwitchOffAStreamThatDoesNotFitItsTemplateAnyMore() throws Exception {
        try (AdminServer server = changed(folder)) {
            reload(server, TEAM.formatted("knock", "first-key-of-it").replace("900", "50"));
            assertEquals(true, server.get("/streams/team/a").at("disabled"));
            assertEquals(403, offer(server, "knock"));
            Reply mended = server.put("/streams/team/a", "{\"inputs\":[{\"min_bitrate\":null}]}");
            assertEquals(false, mended.at("disabled"));
            assertEquals(201, offer(server, "knock"));
        }
    }

    @Test
    void shouldKeepAStreamThatSaysEverythingItself() throws Exception {
        try (AdminServer server = new AdminServer(folder, "")) {
            server.put("/streams/team/a", "{\"password\":\"own\"}");
            reload(server, TEAM.formatted("knock", "first-key-of-it"));
            assertNull(server.get("/streams/team/a").at("template"));
            assertTrue(server.get("/streams/team/a").at("on_play") == null);
            assertEquals(201, offer(server, "own"));
        }
    }
}
