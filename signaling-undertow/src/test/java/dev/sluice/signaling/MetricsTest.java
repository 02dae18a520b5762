package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.access.Problem;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code /-/metrics} of a whole server. */
class MetricsTest {
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| (\\w+) \\|");
    private static final Path DOCS = Path.of("..", "docs");

    /** A server with everything on it that has a metric: sessions that came and went, reports, refusals. */
    private static String busyScrape(TestServer server) throws Exception {
        server.engine.goLive("cam", 1);
        assertEquals(201, server.offer("/cam/whip", "offer").statusCode());
        assertEquals(201, server.offer("/cam/whep", "offer").statusCode());
        assertEquals(201, server.offer("/cam/whep", "offer").statusCode());
        assertEquals(204, report(server, "session-2", 1));
        assertEquals(204, report(server, "session-3", 0));
        server.engine.opened.remove();
        server.engine.opened.remove();
        server.engine.opened.remove().close();
        String scrape;
        do {
            scrape = server.get("/-/metrics").body();
        } while (!scrape.contains("sluice_ended_sessions_total"));
        assertEquals(204, report(server, "session-3", 0));
        return server.get("/-/metrics").body();
    }

    private static int report(TestServer server, String session, int stalls) throws Exception {
        return server.method(
                        "PUT",
                        "/cam/sessions/" + session,
                        "{\"opened_at\":1000,\"started_at\":1250,\"application\":{\"stall_count\":" + stalls
                                + ",\"stall_duration\":1,\"application_name\":\"<script>\"}}",
                        "Content-Type",
                        "application/json")
                .statusCode();
    }

    private static double value(String scrape, String series) {
        Matcher matcher =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(scrape);
        assertTrue(matcher.find(), series + " in\n" + scrape);
        return Double.parseDouble(matcher.group(1));
    }

    @Test
    void shouldCountSessionsStreamsAndJoins() throws Exception {
        try (TestServer server = new TestServer()) {
            String scrape = busyScrape(server);
            assertEquals(1, value(scrape, "sluice_sessions{role=\"publisher\",transport=\"whip\"}"));
            assertEquals(100, value(scrape, "sluice_stream_received_packets_total{stream=\"cam\"}"));
            assertEquals(200, value(scrape, "sluice_stream_sent_packets_total{stream=\"cam\"}"));
            assertEquals(200, value(scrape, "sluice_sent_packets_total"));
            assertEquals(1, value(scrape, "sluice_stream_player_stalls_total{stream=\"cam\"}"));
            assertEquals(10, value(scrape, "sluice_loop_received_datagrams_total{loop=\"0\"}"));
            assertEquals(1, value(scrape, "sluice_loop_drops_total{loop=\"0\",reason=\"lapped\"}"));
            assertEquals(1, value(scrape, "sluice_ready"));
            String player = "{role=\"player\",transport=\"whep\"";
            assertEquals(2, value(scrape, "sluice_join_first_packet_seconds_count" + player + "}"));
            assertEquals(0, value(scrape, "sluice_join_first_packet_seconds_bucket" + player + ",le=\"0.05\"}"));
            assertEquals(2, value(scrape, "sluice_join_first_packet_seconds_bucket" + player + ",le=\"0.1\"}"));
            assertEquals(2, value(scrape, "sluice_client_first_frame_seconds_count" + player + "}"));
            assertEquals(1, value(scrape, "sluice_client_stalled_seconds_count" + player + "}"));
            assertEquals(1, value(scrape, "sluice_client_stalled_seconds_bucket" + player + ",le=\"0.1\"}"));
            assertEquals(1, value(scrape, "sluice_config_last_reload_successful"));
            assertFalse(scrape.contains("script"), "a client's text");
        }
    }

    @Test
    void shouldNeverGoBackFromScrapeToScrape() throws Exception {
        try (TestServer server = new TestServer()) {
            String before = busyScrape(server);
            String after = server.get("/-/metrics").body();
            Matcher counter =
                    Pattern.compile("(?m)^(sluice_\\S*_total\\S*) (\\S+)$").matcher(before);
            int counters = 0;
            while (counter.find()) {
                assertTrue(value(after, counter.group(1)) >= Double.parseDouble(counter.group(2)), counter.group(1));
                counters++;
            }
            assertTrue(counters > 30, counters + " counters");
        }
    }

    @Test
    void shouldBeCleanForPromtool() throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals("exit 0", Promtool.run(busyScrape(server), "check", "metrics"));
        }
    }

    @Test
    void shouldBeDescribedWholeInTheDocs() throws Exception {
        try (TestServer server = new TestServer();
                RunningServer running = RunningServer.start()) {
            // The one has sessions, the other all of the engine's counters.
            Set<String> exported = types(busyScrape(server));
            exported.addAll(types(running.scrape()));
            Set<String> described = rows(Files.readString(DOCS.resolve("monitoring.md")));
            assertEquals(ours(exported), ours(described));
            // Which of the JVM's there are depends on its collector.
            exported.removeAll(described);
            assertEquals(Set.of(), exported);
        }
    }

    private static Set<String> ours(Set<String> rows) {
        return rows.stream().filter(row -> row.startsWith("sluice_")).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> types(String scrape) {
        Set<String> types = new TreeSet<>();
        Matcher matcher = TYPE.matcher(scrape);
        while (matcher.find()) {
            types.add(matcher.group(1) + " " + matcher.group(2));
        }
        return types;
    }

    private static Set<String> rows(String docs) {
        Set<String> rows = new TreeSet<>();
        Matcher matcher = ROW.matcher(docs);
        while (matcher.find()) {
            rows.add(matcher.group(1) + " " + matcher.group(2));
        }
        return rows;
    }

    @Test
    void shouldHaveAMetricForEveryCounterOfALoop() throws Exception {
        try (RunningServer running = RunningServer.start()) {
            String scrape = running.scrape();
            for (String counter : running.engine().loops().getFirst().counters().keySet()) {
                assertTrue(dev.sluice.signaling.metrics.KnownCounters.knows(counter), counter);
            }
            assertEquals(0, value(scrape, "sluice_loop_forwarded_packets_total{loop=\"1\"}"));
            assertEquals(0, value(scrape, "sluice_refusals_total{reason=\"log_memory\"}"));
        }
    }

    @Test
    void shouldUseOnlyMetricsThatThereAreInDashboardAndAlerts() throws Exception {
        Set<String> names = new TreeSet<>();
        rows(Files.readString(DOCS.resolve("monitoring.md"))).forEach(row -> names.add(row.split(" ")[0]));
        for (String file : new String[] {"grafana-dashboard.json", "alerts.yml"}) {
            Matcher used = Pattern.compile("(?:sluice|jvm)_[a-z0-9_]+").matcher(Files.readString(DOCS.resolve(file)));
            int found = 0;
            while (used.find()) {
                String name = used.group().replaceFirst("_(bucket|count|sum)$", "");
                assertTrue(names.contains(name) || names.contains(used.group()), used.group() + " in " + file);
                found++;
            }
            assertTrue(found > 5, file);
        }
        assertTrue(Promtool.run("", "check", "rules", DOCS.resolve("alerts.yml").toString())
                .endsWith("exit 0"));
    }

    @Test
    void shouldRefusePagesOfOthersAndOtherMethods() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> own = server.get("/-/metrics");
            assertEquals(200, own.statusCode());
            assertEquals(
                    "text/plain; version=0.0.4; charset=utf-8",
                    own.headers().firstValue("Content-Type").orElse(""));
            assertTrue(own.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
            for (String path : new String[] {"/-/metrics", "/-/diagnose"}) {
                HttpResponse<String> foreign =
                        server.send(server.request(path).header("Origin", "https://evil.example"));
                assertEquals(403, foreign.statusCode());
                assertTrue(foreign.headers()
                        .firstValue("Access-Control-Allow-Origin")
                        .isEmpty());
                assertEquals(405, server.method("POST", path, "").statusCode());
                assertEquals(
                        Problem.origin("").status(),
                        RawHttp.status(
                                server,
                                "GET " + path + " HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"));
            }
        }
    }
}
