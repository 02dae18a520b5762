package dev.sluice.benchmarks.floor;

import dev.sluice.benchmarks.Sample;
import dev.sluice.benchmarks.StunRequest;
import dev.sluice.engine.net.FanoutRig;
import dev.sluice.engine.net.HotStreamRig;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Two loops against one: a hot stream of 250 packets a second whose players are all on one loop, or half of them on each of
 * two, pushed through a veth pair as fast as they go. Confined to one thread.
 */
public final class Loops {
    private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;
    private static final double TARGET = 1.8;
    private static final int WARM_UP_ROUNDS = 3;

    private final int players;
    private final int rounds;
    private final int frames;
    private final Samples one = new Samples();
    private final Samples two = new Samples();
    private final Samples oneWall = new Samples();
    private final Samples twoWall = new Samples();
    private final Samples ratio = new Samples();
    private final Samples wallRatio = new Samples();

    private Loops(int players, int rounds, int frames) {
        this.players = players;
        this.rounds = rounds;
        this.frames = frames;
    }

    /**
     * Measures; takes two processors.
     *
     * @param frames of eight packets, in each measurement
     * @throws MissingException when the machine has one processor only, or there is no veth pair to be had
     */
    public static Loops measure(SrtpProvider srtp, int players, int rounds, int frames) {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new MissingException("two loops need two processors");
        }
        Loops loops = new Loops(players, rounds, frames);
        FutureTask<Void> work = new FutureTask<>(() -> loops.run(srtp), null);
        // In a thread of its own, since that stays in the network namespace.
        Thread.ofPlatform().daemon().name("loops").start(work);
        try {
            work.get();
            return loops;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }

    private void run(SrtpProvider srtp) {
        try (Network network = Network.veth(players);
                HotStreamRig single = open(srtp, network, 1);
                HotStreamRig pair = open(srtp, network, 2)) {
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                single.forward(frames);
                pair.forward(frames);
            }
            for (int i = 0; i < rounds; i++) {
                add(single.forward(frames), one, oneWall);
                add(pair.forward(frames), two, twoWall);
                ratio.add(two.last() / one.last());
                wallRatio.add(twoWall.last() / oneWall.last());
            }
            single.requireAllForwarded();
            pair.requireAllForwarded();
        }
    }

    private static void add(HotStreamRig.Outcome outcome, Samples cpu, Samples wall) {
        cpu.add(outcome.packetsPerCpuSecond().stream().mapToDouble(each -> each).sum());
        wall.add(outcome.packets() * 1e9 / outcome.wallNs());
    }

    private static HotStreamRig open(SrtpProvider srtp, Network network, int loops) {
        byte[] payload = Sample.VP8.payload(Lane.PAYLOAD_BYTES, false);
        byte[] keyFrame = Sample.VP8.payload(Lane.PAYLOAD_BYTES, true);
        return new HotStreamRig(
                loops,
                // Alone on the last processor, which is the floor's; others from the first on.
                number -> Linux.pin(loops == 1 ? Runtime.getRuntime().availableProcessors() - 1 : number),
                srtp,
                PROFILE,
                network.local(),
                network.players(),
                StunRequest::nominate,
                Sample.EXTENSIONS,
                List.of(Sample.VP8.packet(keyFrame), Sample.VP8.packet(payload)));
    }

    /** What two loops can send by one, medians; by processor time, so that others' work beside it does not count. */
    public double ratio() {
        return ratio.median();
    }

    /** The figures as a table. */
    public String text() {
        return String.format(
                Locale.ROOT,
                """

                %,d players of one stream, %s, veth, packets a second: median (10th–90th percentile)
                          by processor time              by the clock
                one loop  %-30s %s
                two loops %-30s %s
                two/one   %-30s %s
                loops %.2f (wanted: at least %.1f)
                """,
                players,
                PROFILE,
                one.text("%,.0f"),
                oneWall.text("%,.0f"),
                two.text("%,.0f"),
                twoWall.text("%,.0f"),
                ratio.text("%.2f"),
                wallRatio.text("%.2f"),
                ratio(),
                TARGET);
    }

    /** The figures for JSON. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("loops_ratio", ratio());
        json.put("target_loops_ratio", TARGET);
        json.put("players", players);
        json.put("frames", frames);
        json.put("packets_per_frame", FanoutRig.FRAME_PACKETS);
        json.put("one_loop_packets_per_cpu_second", one.json());
        json.put("two_loops_packets_per_cpu_second", two.json());
        json.put("one_loop_packets_per_second", oneWall.json());
        json.put("two_loops_packets_per_second", twoWall.json());
        json.put("ratio_by_cpu", ratio.json());
        json.put("ratio_by_clock", wallRatio.json());
        return json;
    }
}
