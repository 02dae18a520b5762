package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.network.relay.Link;
import java.util.ArrayList;
import java.util.List;

/** What went over some links, noted at intervals. Confined to the main thread. */
final class Sampler {
    private static final int INTERVAL_MILLIS = 250;

    /**
     * One link at one time.
     *
     * @param timeMs wall time
     * @param bytes delivered since the beginning
     * @param queueMs how long what waited would take
     */
    record Sample(long timeMs, long bytes, double queueMs) {}

    private final List<Link<?>> links;
    private final List<List<Sample>> samples = new ArrayList<>();

    Sampler(List<? extends Link<?>> links) {
        this.links = List.copyOf(links);
        links.forEach(each -> samples.add(new ArrayList<>()));
    }

    /** Samples until some time has passed. */
    void run(int seconds) throws InterruptedException {
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        sample();
        while (System.nanoTime() - endNs < 0) {
            Thread.sleep(INTERVAL_MILLIS);
            sample();
        }
    }

    private void sample() {
        for (int i = 0; i < links.size(); i++) {
            long bytes = links.get(i).counters().deliveredBytes();
            double queueMs = links.get(i).queueNs(System.nanoTime()) / 1e6;
            samples.get(i).add(new Sample(System.currentTimeMillis(), bytes, queueMs));
        }
    }

    /** Of one link, in order. */
    List<Sample> of(int link) {
        return List.copyOf(samples.get(link));
    }
}
