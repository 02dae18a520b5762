package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.network.Profile.Ways;
import dev.sluice.benchmarks.network.relay.Way;
import dev.sluice.benchmarks.network.relay.Way.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** All networks that are tried. Immutable. */
final class Profiles {
    /** The one that others are compared with. */
    static final String CLEAN = "clean";

    /** A round trip of 50 ms, half of it each way. */
    private static final Way FAR = Way.delayed(25);

    private static final Ways NEAR = Ways.alike(Way.delayed(0));
    private static final int STEP_S = 15;

    private Profiles() {}

    /** @param seed of those that are made by chance */
    static List<Profile> all(long seed) {
        List<Profile> all = new ArrayList<>();
        all.add(Profile.of(CLEAN, "round trip 50 ms, nothing lost", NEAR, Ways.alike(FAR)));
        losses(all);
        disorders(all);
        rates(all, seed);
        crowds(all);
        joins(all);
        return List.copyOf(all);
    }

    private static void losses(List<Profile> all) {
        lose(all, 2, new Target.Loss(0.97, 0.005, Double.MAX_VALUE));
        lose(all, 5, new Target.Loss(0.95, 0.01, 1));
        Target much = new Target.Loss(0.85, 0.05, Double.MAX_VALUE);
        lose(all, 10, much);
        Ways bursts = Ways.alike(FAR.losing(0.05, 5));
        all.add(Profile.of("player-bursts", "5 % lost, 5 in a row, player's ways", NEAR, bursts)
                .wanting(much));
        all.add(Profile.of("publisher-bursts", "5 % lost, 5 in a row, publisher's ways", bursts, NEAR)
                .wanting(much));
    }

    private static void lose(List<Profile> all, int percent, Target wanted) {
        Ways lossy = Ways.alike(FAR.losing(percent / 100.0));
        all.add(Profile.of("player-loss-" + percent, percent + " % lost, player's ways", NEAR, lossy)
                .wanting(wanted));
        all.add(Profile.of("publisher-loss-" + percent, percent + " % lost, publisher's ways", lossy, NEAR)
                .wanting(wanted));
    }

    private static void disorders(List<Profile> all) {
        all.add(Profile.of("jitter", "15 ms of jitter on top", NEAR, Ways.alike(FAR.jittering(15))));
        all.add(Profile.of("reordering", "3 % come 20 ms late", NEAR, Ways.alike(FAR.reordering(0.03, 20))));
        all.add(Profile.of("duplication", "5 % come twice", NEAR, Ways.alike(FAR.duplicating(0.05))));
        Way wifi = FAR.losing(0.01, 3).jittering(6).reordering(0.005, 10).duplicating(0.001);
        all.add(Profile.of("wifi", "full Wi-Fi: 1 % lost in threes, jitter, some disorder", NEAR, Ways.alike(wifi)));
    }

    private static void rates(List<Profile> all, long seed) {
        List<Rate> steps =
                List.of(new Rate(0, 2_500), new Rate(STEP_S * 1_000, 500), new Rate(2 * STEP_S * 1_000, 2_500));
        all.add(down("step", "2,500 kbit/s, then 500, then 2,500", FAR.carrying(steps))
                .lasting(3 * STEP_S)
                .wanting(new Target.Steps()));
        for (int kbps : new int[] {400, 800, 1_500, 3_000}) {
            all.add(down("steady-" + kbps, kbps + " kbit/s", FAR.carrying(kbps)).wanting(new Target.Fit()));
        }
        all.add(down(
                "policer",
                "1,000 kbit/s and hardly a queue",
                FAR.carrying(1_000).queueing(20)));
        Way lte = Way.delayed(20).jittering(5).queueing(500).carrying(walk(seed, 800, 8_000));
        all.add(down("lte", "LTE-like: 800 to 8,000 kbit/s, changing each second", lte)
                .lasting(30));
        Way umts = Way.delayed(60).jittering(10).queueing(1_000).carrying(walk(seed + 1, 250, 1_500));
        all.add(down("3g", "3G-like: 250 to 1,500 kbit/s, round trip from 120 ms", umts)
                .lasting(30));
        all.add(Profile.of("uplink-1000", "publisher behind 1,000 kbit/s", new Ways(FAR.carrying(1_000), FAR), NEAR)
                .withLayers(3));
    }

    private static void joins(List<Profile> all) {
        Ways far = Ways.alike(Way.delayed(50));
        all.add(Profile.of("join-fresh", "publisher 100 ms away, a key frame just before each join", far, NEAR)
                .with(Course.JOIN_FRESH)
                .wanting(new Target.Join(120, 220, 0)));
        all.add(Profile.of("join-late", "publisher near, the last key frame long ago", NEAR, NEAR)
                .with(Course.JOIN_LATE)
                .wanting(new Target.Join(250, 250, 1)));
        all.add(down(
                        "join-10000",
                        "10,000 kbit/s, round trip 20 ms: how a player starts there",
                        Way.delayed(10).carrying(10_000))
                .withLayers(1)
                .with(Course.JOIN_FRESH));
        all.add(Profile.of("takeover", "another publisher takes the stream over", NEAR, NEAR)
                .with(Course.TAKEOVER)
                .wanting(new Target.Takeover()));
    }

    private static Profile down(String name, String about, Way down) {
        return Profile.of(name, about, NEAR, new Ways(Way.delayed(down.delayMs()), down))
                .withLayers(3);
    }

    private static void crowds(List<Profile> all) {
        Ways shared = new Ways(FAR, FAR.carrying(2_000));
        all.add(Profile.of("shared-2000", "two players on one way of 2,000 kbit/s", NEAR, shared)
                .with(shared)
                .withLayers(3)
                .sharing()
                .wanting(new Target.Share()));
        all.add(Profile.of(
                        "beside", "a good way, beside one of 100 kbit/s and one that loses 30 %", NEAR, Ways.alike(FAR))
                .with(new Ways(FAR, FAR.carrying(100)))
                .with(Ways.alike(FAR.losing(0.3)))
                .withLayers(3));
    }

    /** A rate that changes each second by up to a half, within bounds, from a seed. */
    private static List<Rate> walk(long seed, int lowKbps, int highKbps) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Rate> rates = new ArrayList<>();
        double kbps = Math.sqrt((double) lowKbps * highKbps);
        for (int second = 0; second < 600; second++) {
            rates.add(new Rate(second * 1_000L, (int) kbps));
            kbps = Math.clamp(kbps * random.nextDouble(0.65, 1.5), lowKbps, highKbps);
        }
        return rates;
    }
}
