package dev.sluice.benchmarks.floor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the C floor's parts cost alone, and the bare calls in them: whether it is a floor. Confined to one thread. */
final class FloorParts {
    static final double MOST_OVER_BARE = 1.10;
    /** In this order: bare-send repeats the messages that send left. */
    private static final String[] LOOPS = {"rewrite", "protect", "bare-protect", "send", "bare-send"};

    private final Map<String, Samples> samples = new LinkedHashMap<>();

    void round(CFloor floor, int frames) {
        for (String loop : LOOPS) {
            samples.computeIfAbsent(loop, name -> new Samples()).add(floor.measure(loop, frames));
        }
    }

    Samples of(String loop) {
        return samples.get(loop);
    }

    Map<String, Samples> all() {
        return samples;
    }

    /** What is too slow to be called a floor; empty when nothing is. */
    String slow() {
        StringBuilder text = new StringBuilder();
        for (String loop : new String[] {"protect", "send"}) {
            double ratio = of(loop).median() / of("bare-" + loop).median();
            if (ratio > MOST_OVER_BARE) {
                text.append(String.format(
                        Locale.ROOT,
                        "C's %s takes %.0f ns, a bare loop of the same calls %.0f: %.2f times. ",
                        loop,
                        of(loop).median(),
                        of("bare-" + loop).median(),
                        ratio));
            }
        }
        return text.toString().strip();
    }
}
