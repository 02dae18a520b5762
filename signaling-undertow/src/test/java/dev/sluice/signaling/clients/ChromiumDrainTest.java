package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.StreamRule;
import dev.sluice.signaling.config.StreamRules;
import dev.sluice.signaling.config.TurnConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A server that drains to another with a real Chromium publishing and watching: the picture goes on. */
@ResourceLock("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChromiumDrainTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private RunningServer old;
    private RunningServer other;
    private Chromium chromium;

    @BeforeAll
    void startBrowser() {
        chromium = Chromium.start();
    }

    @AfterAll
    void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
        client.close();
    }

    @BeforeEach
    void start() throws Exception {
        old = RunningServer.start();
        other = RunningServer.start();
    }

    @AfterEach
    void stop() {
        old.close();
        other.close();
    }

    private void openLibrary() {
        chromium.open(old.url() + "/-/health");
        chromium.driver().executeScript(Chromium.script("drain.js"));
        chromium.run("load('" + old.url() + "')");
    }

    private void drain(String to, int seconds) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(old.url() + "/-/drain"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"to\":\"" + to + "\",\"seconds\":" + seconds + "}"))
                .build();
        assertEquals(
                202,
                client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    private Map<String, Object> assertNeverStopped(String player) {
        Map<String, Object> report = chromium.run("report('" + player + "')");
        assertEquals(2L, report.get("sessions"), report::toString);
        assertEquals(List.of(), report.get("events"), report::toString);
        assertEquals(List.of("playing"), report.get("statuses"), report::toString);
        assertEquals(2L, report.get("tracks"), report::toString);
        assertTrue(((Number) report.get("darkest")).doubleValue() > 20, report::toString);
        return report;
    }

    @Test
    void shouldTakeAPublisherAndItsPlayersToTheOtherServerWithoutAStop() throws Exception {
        openLibrary();
        String stream = old.url() + "/show";
        chromium.run("publish('pub', '" + stream + "')");
        chromium.run("view('one', '" + stream + "')");
        chromium.run("view('two', '" + stream + "')");
        chromium.run("moreFrames('one')");
        chromium.run("moreFrames('two')");
        drain(other.url(), 60);
        chromium.run("saidMoved(publishers, 'pub')");
        for (String player : List.of("one", "two")) {
            chromium.run("saidMoved(viewers, '" + player + "')");
        }
        old.drained().toCompletableFuture().get(20, TimeUnit.SECONDS);
        old.close();
        for (String player : List.of("one", "two")) {
            chromium.run("moreFrames('" + player + "')");
            System.out.println("drain: " + assertNeverStopped(player));
        }
        assertEquals(2, other.engine().stream("show").orElseThrow().players());
        Map<String, Object> log = chromium.run("publishers.pub.log.filter((line) => line.startsWith('fail'))");
        assertEquals(List.of(), log.get("value"));
        chromium.run("(end(), 0)");
    }

    /** A player whose stream nobody publishes to the other server stays here until the end, and comes back when that is taken back. */
    @Test
    void shouldKeepPlayingWhereItIsWhenTheOtherServerDoesNotAnswer() throws Exception {
        openLibrary();
        String stream = old.url() + "/show";
        chromium.run("publish('pub', '" + stream + "')");
        chromium.run("view('one', '" + stream + "')");
        chromium.run("moreFrames('one')");
        drain("http://127.0.0.1:1", 3600);
        chromium.run("waitFor('a try', () => publishers.pub.log.filter((line) => line === 'move_failed').length >= 2)");
        chromium.run("moreFrames('one')");
        HttpRequest cancel = HttpRequest.newBuilder(URI.create(old.url() + "/-/drain"))
                .DELETE()
                .build();
        assertEquals(
                200, client.send(cancel, HttpResponse.BodyHandlers.discarding()).statusCode());
        chromium.run("view('two', '" + stream + "')");
        chromium.run("moreFrames('two')");
        chromium.run("moreFrames('one')");
        Map<String, Object> report = chromium.run("report('one')");
        assertEquals(1L, report.get("sessions"), report::toString);
        assertEquals(List.of(), report.get("events"), report::toString);
        chromium.run("(end(), 0)");
    }

    @Test
    void shouldTakeOurPagesToTheOtherServer() throws Exception {
        Pages pages = new Pages(chromium, old.url());
        String publish = pages.open("/publish?stream=show");
        pages.click("start");
        pages.run("hasState('status', 'streaming')");
        String play = pages.open("/play?stream=show");
        pages.run("pictureMoves('video')");
        String embed = pages.open("/show/embed.html");
        pages.run("pictureMoves('video')");
        drain(other.url(), 60);
        old.drained().toCompletableFuture().get(30, TimeUnit.SECONDS);
        old.close();
        for (String page : List.of(play, embed)) {
            pages.show(page);
            pages.run("pictureMoves('video')");
            assertTrue(pages.number("loudness('video')") > 0.01);
        }
        pages.show(play);
        pages.run("hasState('status', 'playing')");
        pages.show(publish);
        pages.run("hasState('status', 'streaming')");
        assertEquals(2, other.engine().stream("show").orElseThrow().players());
        pages.closeAll();
    }

    /** Chromium takes the password out of the header on its way to another origin; the library gives it again. */
    @Test
    void shouldFollowARedirectOfWhipAndWhepWithThePassword() throws Exception {
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        AccessConfig locked = new AccessConfig(
                false,
                StreamRules.of(List.of(new StreamRule("show", "sesame", "open"))),
                OriginRule.ANY,
                OriginRule.ANY,
                List.of());
        try (RunningServer third = RunningServer.start(new ServerConfig(
                new ListenConfig(free, free, null, null),
                new MediaConfig(0, 1, List.of(), null, "auto", "auto", Duration.ofSeconds(1)),
                TurnConfig.NONE,
                locked,
                Limits.DEFAULTS))) {
            openLibrary();
            drain(third.url(), 60);
            String stream = old.url() + "/show";
            chromium.run("publish('pub', '" + stream + "', { transport: 'http', password: 'sesame' })");
            chromium.run("view('one', '" + stream + "', { transport: 'http', password: 'open' })");
            chromium.run("moreFrames('one')");
            assertEquals(1, third.engine().stream("show").orElseThrow().players());
            chromium.run("(end(), 0)");
        }
    }
}
