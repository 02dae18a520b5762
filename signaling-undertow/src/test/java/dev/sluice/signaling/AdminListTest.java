package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.AdminServer.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists by select, sort, limit and cursor. */
class AdminListTest {
    @TempDir
    Path folder;

    private AdminServer server(int streams) throws Exception {
        StringBuilder text = new StringBuilder("streams {\n");
        for (int i = 0; i < streams; i++) {
            text.append("s%03d { input = \"publish://\", max_bitrate = %d }\n".formatted(i, i % 3));
        }
        return new AdminServer(folder, text.append('}').toString());
    }

    private static List<String> names(Reply page) throws Exception {
        List<String> names = new ArrayList<>();
        for (Object row : (List<?>) page.at("streams")) {
            names.add((String) ((Map<?, ?>) row).get("name"));
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name", "-name", "stats.status,-name", "-stats.bitrate", "password_set,-stats.client_count"})
    void shouldShowEachRowOnceForwardsAndBackwards(String sort) throws Exception {
        try (AdminServer server = server(45)) {
            for (String live : new String[] {"s007", "s033", "undeclared"}) {
                server.engine.goLive(live, 1);
            }
            List<String> whole = names(server.get("/streams?limit=1000&sort=" + sort));
            assertEquals(46, whole.size());
            List<String> forwards = new ArrayList<>();
            Reply page = server.get("/streams?limit=10&sort=" + sort);
            assertNull(page.at("prev"));
            forwards.addAll(names(page));
            while (page.at("next") != null) {
                page = server.get("/streams?limit=10&sort=" + sort + "&cursor=" + page.at("next"));
                forwards.addAll(names(page));
            }
            assertEquals(whole, forwards);
            List<String> backwards = new ArrayList<>(names(page));
            while (page.at("prev") != null) {
                page = server.get("/streams?limit=10&sort=" + sort + "&cursor=" + page.at("prev"));
                backwards.addAll(0, names(page));
            }
            assertEquals(whole, backwards);
        }
    }

    @Test
    void shouldNeitherSkipNorRepeatWhenRowsComeAndGo() throws Exception {
        try (AdminServer server = server(0)) {
            for (int i = 0; i < 10; i++) {
                server.put("/streams/s" + i, "{}");
            }
            Reply first = server.get("/streams?limit=4");
            assertEquals(List.of("s0", "s1", "s2", "s3"), names(first));
            server.call("DELETE", "/streams/s0", null);
            server.call("DELETE", "/streams/s3", null);
            server.put("/streams/s35", "{}");
            Reply second = server.get("/streams?limit=4&cursor=" + first.at("next"));
            assertEquals(List.of("s35", "s4", "s5", "s6"), names(second));
            assertEquals(9.0, second.at("estimated_count"));
            assertEquals(List.of("s1", "s2"), names(server.get("/streams?limit=4&cursor=" + second.at("prev"))));
        }
    }

    @Test
    void shouldShowOnlyWhatIsSelected() throws Exception {
        try (AdminServer server = server(3)) {
            Reply page = server.get("/streams?select=stats.status,inputs,stats.alive&limit=1");
            assertEquals(List.of("name", "stats", "inputs"), List.copyOf(((Map<?, ?>) page.at("streams.0")).keySet()));
            assertEquals(
                    "{status=waiting, alive=false}", page.at("streams.0.stats").toString());
            server.http.offer("/s000/whip", "v=0");
            Reply sessions = server.get("/sessions?select=ip");
            assertEquals(
                    "{id=session-1, ip=127.0.0.1}", sessions.at("sessions.0").toString());
        }
    }

    @Test
    void shouldFindByPartOfAName() throws Exception {
        try (AdminServer server = server(30)) {
            assertEquals(
                    List.of("s001", "s010", "s011"),
                    names(server.get("/streams?q=S0&limit=100")).stream()
                            .filter(name -> name.matches("s001|s01[01]"))
                            .toList());
            assertEquals(List.of("s012"), names(server.get("/streams?q=12")));
            assertEquals(0.0, server.get("/streams?q=%3Cscript%3E").at("estimated_count"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select=nothing",
                "select=name,",
                "select=stats.nothing",
                "sort=inputs",
                "sort=--name",
                "sort=stats",
                "limit=0",
                "limit=1001",
                "limit=x",
                "limit=-1",
                "limit=99999999999",
                "cursor=x",
                "cursor=%25%25",
                "cursor=W10",
                "cursor=WzEsMiwzXQ",
                "cursor=W3RydWUsIm5hbWUiXQ",
            })
    void shouldRefuseParametersByName(String query) throws Exception {
        try (AdminServer server = server(1)) {
            for (String list : new String[] {"/streams", "/sessions"}) {
                Reply refused = server.get(list + "?" + query);
                assertEquals(422, refused.status());
                assertTrue(refused.title().startsWith(query.substring(0, query.indexOf('='))), refused.title());
            }
        }
    }

    @Test
    void shouldRefuseACursorOfAnotherSortAndTakeAForgedOneForWhatItSays() throws Exception {
        try (AdminServer server = server(5)) {
            String next = (String) server.get("/streams?limit=1&sort=-name").at("next");
            assertEquals(422, server.get("/streams?cursor=" + next).status());
            String forged = java.util.Base64.getUrlEncoder()
                    .encodeToString("[true,\"name\",{\"a\":[1]},null]".getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    200,
                    server.get("/streams?cursor=" + URLEncoder.encode(forged, StandardCharsets.UTF_8))
                            .status());
        }
    }
}
