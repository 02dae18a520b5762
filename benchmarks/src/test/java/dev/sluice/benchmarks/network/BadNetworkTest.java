package dev.sluice.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.benchmarks.compare.chart.ChartTest;
import dev.sluice.benchmarks.load.EngineServer;
import dev.sluice.benchmarks.load.client.Signalling;
import dev.sluice.benchmarks.network.Profile.Ways;
import dev.sluice.benchmarks.network.browser.Chromium;
import dev.sluice.benchmarks.network.browser.Page;
import dev.sluice.benchmarks.network.relay.Link;
import dev.sluice.benchmarks.network.relay.Relay;
import dev.sluice.benchmarks.network.relay.Way;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Real browsers and the engine on bad networks, shortly: what happens, never how fast. */
@Order(1)
@ResourceLock("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadNetworkTest {
    private static final int FRAMES = 60;
    private static final Way FAR = Way.delayed(25);

    private Chromium chromium;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        if (!Chromium.isInstalled()) {
            if (Boolean.parseBoolean(System.getenv("SLUICE_REQUIRE_CLIENTS"))) {
                fail("chromium is missing");
            }
            Assumptions.abort("chromium is missing");
        }
        chromium = Chromium.start();
    }

    @AfterAll
    void stop() throws IOException {
        if (chromium != null) {
            chromium.close();
        }
    }

    /** What the two saw in the end. */
    private record Both(Statistics publisher, Statistics player, Link.Counters media) {
        double sent(String counter) {
            return publisher.sentGrowth(counter, 0, Long.MAX_VALUE);
        }

        double played(String counter) {
            return player.growth("video", counter, 0, Long.MAX_VALUE);
        }
    }

    /** Publishes and plays until so many frames were shown after so many others. */
    private Both play(Ways publisherWays, Ways playerWays) throws IOException, InterruptedException {
        try (EngineServer server = new EngineServer();
                Relay relay = Relay.start();
                Signalling signalling = new Signalling(2)) {
            Endpoint endpoint =
                    new Endpoint("engine", server.url() + "/{stream}/whip", server.url() + "/{stream}/whep");
            Client.Ground ground = new Client.Ground(chromium, relay, signalling);
            Link<Relay.Packet> up = new Link<>(publisherWays.up(), 1);
            Link<Relay.Packet> down = new Link<>(playerWays.down(), 2);
            try (Client publisher = Client.join(
                    ground,
                    endpoint.publish("s"),
                    page -> page.publish(1, "vp8"),
                    up,
                    new Link<>(publisherWays.down(), 3))) {
                publisher.page().awaitConnected();
                try (Client player =
                        Client.join(ground, endpoint.play("s"), Page::play, new Link<>(playerWays.up(), 4), down)) {
                    player.page().awaitFrames(FRAMES);
                    player.page().awaitFrames(player.page().shownFrames() + FRAMES);
                    JsonNode notes = player.notes();
                    assertTrue(Frames.of(notes).delayMs(0, Long.MAX_VALUE, 0) >= 0, "no frame's clock can be read");
                    return new Both(Statistics.of(publisher.notes()), Statistics.of(notes), down.counters());
                }
            }
        }
    }

    @Test
    void shouldRepeatPacketsWhenThePlayersAreLost() throws IOException, InterruptedException {
        Both seen = play(Ways.alike(Way.delayed(0)), Ways.alike(FAR.losing(0.03)));
        assertTrue(seen.media().lost() > 0, seen.media().toString());
        assertTrue(seen.played("nack") > 0, "the player asked for nothing");
        assertTrue(seen.played("rtx") > 0, "the engine repeated nothing");
    }

    @Test
    void shouldHavePacketsRepeatedWhenThePublishersAreLost() throws IOException, InterruptedException {
        Both seen = play(Ways.alike(FAR.losing(0.03)), Ways.alike(Way.delayed(0)));
        assertTrue(seen.sent("nack") > 0, "the engine asked for nothing");
        assertTrue(seen.sent("rtx") > 0, "the publisher was not understood");
    }

    @Test
    void shouldShowFramesWhenPacketsComeTwiceAndOutOfOrder() throws IOException, InterruptedException {
        Way disorderly = FAR.reordering(0.03, 15).duplicating(0.1);
        Both seen = play(Ways.alike(disorderly), Ways.alike(disorderly));
        assertTrue(seen.media().duplicated() > 0, seen.media().toString());
    }

    @Test
    void shouldShowFramesOfThePublisherThatTookOver() throws IOException, InterruptedException {
        try (EngineServer server = new EngineServer()) {
            Endpoint endpoint =
                    new Endpoint("engine", server.url() + "/{stream}/whip", server.url() + "/{stream}/whep");
            Profile profile = Profiles.all(1).stream()
                    .filter(each -> each.course() == Course.TAKEOVER)
                    .findFirst()
                    .orElseThrow();
            Scene.Recording recording = new Scene(chromium, endpoint, "vp8", 1, 1).play(profile, 4);
            Frames frames = Frames.of(recording.players().getFirst().notes());
            assertFalse(
                    frames.between(recording.endMs() - 1_000, recording.endMs()).isEmpty());
            assertEquals(0, server.sessions());
        }
    }

    @Test
    void shouldMeasureAndDrawAScene() throws IOException, InterruptedException {
        try (EngineServer server = new EngineServer()) {
            Endpoint endpoint =
                    new Endpoint("engine", server.url() + "/{stream}/whip", server.url() + "/{stream}/whep");
            Profile profile = Profiles.all(1).stream()
                    .filter(each -> each.name().equals("shared-2000"))
                    .findFirst()
                    .orElseThrow();
            Scene scene = new Scene(chromium, endpoint, "vp8", 1, 2);
            Outcome outcome = Outcome.of("engine", profile, scene.play(profile, 2));
            assertEquals(2, outcome.players().size());
            for (PlayerFigures player : outcome.players()) {
                assertTrue(player.fps() > 0, player.toString());
                assertTrue(player.firstMs() > 0, player.toString());
                assertEquals(2_000, player.wayKbps(), 0);
                assertTrue(player.wayUse() > 0, player.toString());
            }
            ChartTest.assertWellFormed(new Plot(outcome).svg());
            assertEquals(0, server.sessions());
        }
    }
}
