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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own pages in a real Chromium, used as a person uses them: what is clicked, seen and heard. */
@ResourceLock("page")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesTest {
    private static final String WEBSOCKET = "";
    private static final String HTTP = "&transport=http";
    private static final int[] WIDTHS = {390, 1440};
    /** A beep of the fake microphone is far over it, silence in Opus far below. */
    private static final double AUDIBLE = 0.01;

    private RunningServer server;
    private Pages pages;

    @BeforeAll
    void start() throws Exception {
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        server = RunningServer.start(new ServerConfig(
                new ListenConfig(free, free, null, null),
                new MediaConfig(0, 1, List.of(), null, "auto", "auto", Duration.ofSeconds(1)),
                TurnConfig.NONE,
                new AccessConfig(
                        false,
                        StreamRules.of(
                                List.of(new StreamRule("room/*", "", ""), new StreamRule("locked", "sesame", "open"))),
                        OriginRule.ANY,
                        OriginRule.SAME,
                        List.of()),
                Limits.DEFAULTS));
        pages = new Pages(Chromium.start(), server.url());
    }

    @AfterAll
    void stop() {
        if (pages != null) {
            pages.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void closePages() {
        pages.closeAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {WEBSOCKET, HTTP})
    void shouldPublishAndPlayUntilStopped(String transport) {
        String name = name(transport);
        String publish = pages.open("/publish?stream=" + name + transport);
        goLive();
        String play = pages.open("/play?stream=" + name + transport);
        pages.run("hasState('status', 'playing')");
        pages.run("pictureMoves('video')");
        assertTrue(pages.number("brightness('video')") > 20);
        assertTrue(pages.number("loudness('video')") > AUDIBLE);
        pages.run("says('figures', 'bit/s')");

        pages.show(publish);
        pages.run("says('viewers', '1 viewer')");
        pages.click("start");
        pages.run("hasState('status', 'stopped')");
        pages.show(play);
        pages.run("says('veil', 'Waiting for " + name + "')");

        pages.show(publish);
        pages.click("start");
        pages.show(play);
        pages.run("hasState('status', 'playing')");
        pages.run("pictureMoves('video')");
        pages.click("toggle");
        pages.run("hasState('status', 'stopped')");
        assertEquals(List.of(), pages.errors());
    }

    @Test
    void shouldMuteAndUnmuteSoundAndPicture() {
        String publish = pages.open("/publish?stream=room/mute");
        goLive();
        String play = pages.open("/play?stream=room/mute");
        pages.run("pictureMoves('video')");
        pages.show(publish);
        pages.click("mute");
        pages.click("mute-video");
        pages.run("says('mute', 'Unmute sound')");
        pages.run("says('mute-video', 'Unmute picture')");
        pages.show(play);
        pages.run("waitFor('black', () => brightness('video') < 5)");
        pages.run("waitFor('silence', async () => (await loudness('video', 1200)) < " + AUDIBLE + ")");
        pages.show(publish);
        pages.click("mute");
        pages.click("mute-video");
        pages.show(play);
        pages.run("waitFor('the picture', () => brightness('video') > 20)");
        pages.run("waitFor('sound', async () => (await loudness('video', 1200)) > " + AUDIBLE + ")");
        assertEquals(List.of(), pages.errors());
    }

    @Test
    void shouldListTheStreamOnTheStartPageAndPlayItEmbedded() {
        String start = pages.open("/");
        pages.run("says('empty', 'Nothing is live yet')");
        String publish = pages.open("/publish?stream=room/listed");
        goLive();
        pages.open("/room/listed/embed.html");
        pages.run("pictureMoves('video')");
        pages.show(start);
        pages.run("says('streams', 'room/listed')");
        pages.run("says('streams', '1 viewer')");
        pages.run("says('streams', 'VP8')");
        pages.show(publish);
        pages.click("start");
        pages.show(start);
        pages.run("says('empty', 'Nothing is live yet')");
        assertEquals(List.of(), pages.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {WEBSOCKET, HTTP})
    void shouldAskForThePasswordInWordsAndTakeIt(String transport) {
        pages.open("/publish?stream=locked" + transport);
        pages.click("start");
        pages.run("says('notice', 'A password is needed')");
        pages.type("password", "sesame");
        pages.run("hasState('status', 'streaming')");
        pages.open("/play?stream=locked&password=wrong" + transport);
        pages.run("says('notice', 'The password is wrong')");
        pages.type("password", "open");
        pages.run("pictureMoves('video')");
    }

    @ParameterizedTest
    @ValueSource(strings = {WEBSOCKET, HTTP})
    void shouldSayThatAStreamIsNotLiveOrNotDeclared(String transport) {
        pages.open("/play?stream=room/nobody&wait=0" + transport);
        pages.run("says('veil', 'Not live yet')");
        pages.open("/play?stream=undeclared" + transport);
        pages.run("says('veil', 'There is no such stream')");
        pages.open("/publish?stream=undeclared" + transport);
        pages.click("start");
        pages.run("says('notice', 'There is no such stream')");
    }

    @Test
    void shouldFitEveryWidthWithoutScrollingSideways() {
        String publish = pages.open("/publish?stream=room/a-rather-long-name-of-a-stream-as-people-like-to-give");
        goLive();
        List<String> wide = new ArrayList<>();
        pages.show(publish);
        for (int width : WIDTHS) {
            wide.addAll(pages.overflowing(width));
        }
        for (String path : List.of(
                "/",
                "/play",
                "/play?stream=room/a-rather-long-name-of-a-stream-as-people-like-to-give",
                "/play?stream=undeclared",
                "/room/a-rather-long-name-of-a-stream-as-people-like-to-give/embed.html")) {
            pages.open(path);
            pages.run(
                    "waitFor('content', () => document.readyState === 'complete' && document.fonts.status === 'loaded')");
            for (int width : WIDTHS) {
                wide.addAll(pages.overflowing(width));
            }
        }
        assertEquals(List.of(), wide);
        assertEquals(List.of(), pages.errors());
    }

    private void goLive() {
        pages.click("start");
        pages.run("hasState('status', 'streaming')");
        pages.run("pictureMoves('preview')");
    }

    private static String name(String transport) {
        return transport.equals(HTTP) ? "room/http" : "room/websocket";
    }
}
