package dev.sluice.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.compare.chart.ChartTest;
import dev.sluice.benchmarks.network.Profile.Ways;
import dev.sluice.benchmarks.network.relay.Link;
import dev.sluice.benchmarks.network.relay.Way;
import dev.sluice.benchmarks.network.relay.Way.Rate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures of a made-up player: thirty seconds, 25 frames each, behind a way that is narrow from 10 to 20. */
class FiguresTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long BEGIN_MS = 100_000;
    private static final long END_MS = 130_000;
    private static final Way WAY =
            Way.delayed(25).carrying(List.of(new Rate(0, 2_500), new Rate(10_000, 500), new Rate(20_000, 2_500)));

    private static Scene.Seen player() {
        ObjectNode notes = JSON.createObjectNode();
        ArrayNode frames = notes.putArray("frames");
        for (int i = -50; i < 750; i++) {
            long sinceMs = i * 40L;
            // The smaller layer comes a second after the way has become narrow, and goes two after it is wide again.
            boolean isSmall = sinceMs >= 11_000 && sinceMs < 22_000;
            frames.addArray().add(BEGIN_MS + sinceMs).add(60).add(isSmall ? 270 : 540);
        }
        ArrayNode statistics = notes.putArray("statistics");
        for (int i = -4; i <= 60; i++) {
            ObjectNode each = statistics.addObject().put("time", BEGIN_MS + i * 500L);
            each.putObject("video")
                    .put("bytes", (i + 10) * 50_000)
                    .put("decoded", (i + 10) * 12.5)
                    .put("nack", i + 10)
                    .put("rtx", 2 * (i + 10))
                    .put("pli", 1);
            each.putObject("audio").put("bytes", (i + 10) * 2_000);
        }
        List<Sampler.Sample> samples = new ArrayList<>();
        for (int i = 0; i <= 120; i++) {
            long sinceMs = i * 250L;
            boolean isFull = sinceMs >= 10_000 && sinceMs < 11_500;
            samples.add(new Sampler.Sample(BEGIN_MS + sinceMs, i * 25_000L, isFull ? 300 : 5));
        }
        return new Scene.Seen(BEGIN_MS - 2_350, notes, samples, new Link.Counters(0, 0, 0, 0, 0, 0));
    }

    private static Scene.Seen publisher() {
        ObjectNode notes = JSON.createObjectNode();
        notes.putArray("frames");
        ArrayNode statistics = notes.putArray("statistics");
        for (int i = 0; i <= 60; i++) {
            ArrayNode layers =
                    statistics.addObject().put("time", BEGIN_MS + i * 500L).putArray("layers");
            layers.addObject()
                    .put("bytes", i * 12_500)
                    .put("encoded", i * 5)
                    .put("height", 270)
                    .put("limited", "none");
            layers.addObject()
                    .put("bytes", i * 62_500)
                    .put("encoded", i * 15)
                    .put("pli", i)
                    .put("height", 540)
                    .put("limited", i < 15 ? "cpu" : "none");
        }
        return new Scene.Seen(BEGIN_MS, notes, List.of(), new Link.Counters(0, 0, 0, 0, 0, 0));
    }

    private static Outcome outcome() {
        Profile profile = Profile.of("step", "a step", Ways.alike(Way.delayed(0)), new Ways(Way.delayed(25), WAY))
                .wanting(new Target.Loss(0.8, 0.01, 1));
        return Outcome.of(
                "a server",
                profile,
                new Scene.Recording(BEGIN_MS, END_MS, publisher(), List.of(player()), JoinFigures.NONE));
    }

    private static JoinFigures.One joined(int firstMs, int liveMs, int asked) {
        ObjectNode notes = JSON.createObjectNode();
        ArrayNode frames = notes.putArray("frames");
        for (int ms = firstMs; ms < JoinFigures.LENGTH_MS; ms += 20) {
            frames.addArray().add(BEGIN_MS + ms).add(ms < liveMs ? 1_000 : 50).add(540);
        }
        ArrayNode statistics = notes.putArray("statistics");
        for (int ms = 0; ms < JoinFigures.LENGTH_MS; ms += 500) {
            ObjectNode each = statistics.addObject().put("time", BEGIN_MS + ms);
            each.putObject("video").put("playout", ms == 0 ? 0 : 900_000 + ms);
            each.putObject("audio").put("playout", ms == 0 ? 0 : 900_000 + ms - (ms == 500 ? 80 : 20));
        }
        return JoinFigures.One.of(
                new Scene.Seen(BEGIN_MS, notes, List.of(), new Link.Counters(0, 0, 0, 0, 0, 0)), asked);
    }

    @Test
    void shouldSayHowPlayersCameIn() {
        JoinFigures joins = new JoinFigures(List.of(joined(120, 220, 0), joined(80, 180, 1), joined(100, 1_000, 0)));
        assertEquals(
                "3 joins: first frame after 100 ms (median; 120 at most), live after 220 (1000); 1 key frames asked for one"
                        + " join at most; longest pause 20 ms; sound 80 ms late at most",
                joins.text());
        assertEquals(3, joins.json().size());
        assertEquals(-1, new JoinFigures(List.of(joined(120, 220, 0), joined(9_999, 9_999, 0))).firstMs());
    }

    @Test
    void shouldSayWhatThePlayerSaw() {
        PlayerFigures player = outcome().players().getFirst();
        assertEquals(350, player.firstMs());
        assertEquals(25, player.fps(), 0.01);
        assertEquals(0, player.frozen(), 0);
        assertEquals(60, player.delayMs(), 0);
        assertEquals(832, player.kbps(), 1);
        assertEquals(5_500 / 3.0, player.wayKbps(), 1);
        assertEquals(800 / (5_500 / 3.0), player.wayUse(), 0.001);
        assertEquals(60, player.nacks());
        assertEquals(120, player.repaired());
        assertEquals(0, player.requests());
        assertEquals("540 63 %, 270 37 %", player.layers());
        assertEquals(2, player.switches());
    }

    @Test
    void shouldSayWhatThePublisherDid() {
        PublisherFigures publisher = outcome().publisher();
        assertEquals(30, publisher.fps(), 0.01);
        assertEquals(60, publisher.requests());
        assertEquals(Map.of(270, 200.0, 540, 1_000.0), publisher.kbps());
        assertEquals(0.25, publisher.slow(), 0.01);
    }

    @Test
    void shouldSayHowEachChangeOfRateWent() {
        List<StepFigures> steps = outcome().steps();
        assertEquals(
                List.of(
                        new StepFigures(2_500, 500, 1_000, -1, 1_250, 40),
                        new StepFigures(500, 2_500, 2_000, 2_000, 0, 40)),
                steps);
        assertEquals(
                "2,500 → 500 kbit/s: another layer after 1.0 s, queue below 100 ms after 1.3 s, longest pause 40 ms",
                steps.getFirst().text());
    }

    @Test
    void shouldPutAllIntoTheTable() {
        String text = new Summary(List.of(outcome())).text();
        assertTrue(text.contains("60|0"), text);
        assertTrue(text.contains("540 63 %, 270 37 % (2)"), text);
        assertTrue(text.contains("500 → 2,500 kbit/s: top layer after 2.0 s"), text);
        assertTrue(text.contains("too slow for the publisher's encoder 25 %"), text);
        assertEquals("met", outcome().verdict(30));
        assertEquals("missed", outcome().verdict(32));
    }

    @Test
    void shouldJudgeByTheTarget() {
        Outcome step = outcome();
        assertTrue(new Target.Steps().isMet(step, 30));
        assertTrue(new Target.Share().isMet(step, 30));
        assertFalse(new Target.Fit().isMet(step, 30));
        assertEquals(-1, step.fittingHeight(0));
    }

    @Test
    void shouldFindTheLayerThatFits() {
        assertEquals(540, steady(1_500).fittingHeight(0));
        assertEquals(0.63, steady(1_500).fit(0), 0.01);
        assertEquals(270, steady(1_000).fittingHeight(0));
        assertEquals(0, steady(200).fittingHeight(0));
        assertEquals(0, steady(200).fit(0), 0);
    }

    private static Outcome steady(int kbps) {
        Ways ways = new Ways(Way.delayed(25), Way.delayed(25).carrying(kbps));
        Profile profile = Profile.of("steady", "a steady way", Ways.alike(Way.delayed(0)), ways);
        return Outcome.of(
                "a server",
                profile,
                new Scene.Recording(BEGIN_MS, END_MS, publisher(), List.of(player()), JoinFigures.NONE));
    }

    @Test
    void shouldDrawThePlot() {
        String svg = new Plot(outcome()).svg();
        ChartTest.assertWellFormed(svg);
        assertTrue(svg.contains("the way carries"), svg);
    }

    @Test
    void shouldGiveEachNetworkANameOfItsOwnAndTheSameFromTheSameSeed() {
        List<Profile> all = Profiles.all(3);
        assertEquals(all, Profiles.all(3));
        assertEquals(all.size(), new HashSet<>(all.stream().map(Profile::name).toList()).size());
    }
}
