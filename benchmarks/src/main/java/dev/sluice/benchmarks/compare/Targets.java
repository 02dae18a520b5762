package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.benchmarks.compare.Target.Scaling;

/** What Sluice aims at, beside what was measured. Confined to one thread. */
final class Targets {
    /** ns of C's fan-out with GCM over loopback on the machine that the targets were set with. */
    static final double REFERENCE_FLOOR_NS = 1_140;

    private static final double MEBI = 1 << 20;

    private final Table table = new Table(5, "figure", "target", "measured", "scaled", "verdict");
    private final double factor;

    /**
     * @param floor what {@code ./bench floor} wrote; missing when it did not run
     * @param loops the same with {@code --loops}
     * @param handshakes what JMH wrote of DtlsBenchmark
     */
    Targets(JsonNode floor, JsonNode loops, JsonNode handshakes, TargetRuns runs) {
        factor = floorNs(floor) / REFERENCE_FLOOR_NS;
        add("engine fan-out against the C floor, ratio R", "", 1.15, false, Scaling.NONE, number(floor, "ratio"), "");
        perPacket(runs, "chromium", 1.7, "as Chromium sends, 300 players of 250 packets/s, GCM");
        perPacket(runs, "chromium cm", Double.NaN, "the same, AES-CM");
        perPacket(runs, "even", 3.2, "evenly spaced 4 ms apart, GCM");
        perPacket(runs, "even cm", Double.NaN, "the same, AES-CM");
        add(
                "packets/s on one core without loss",
                "",
                450_000,
                true,
                Scaling.RATE,
                runs.ceiling(),
                runs.ceilingRemark());
        double growth = runs.median("2000", Measured::cpuUs) / runs.median("300", Measured::cpuUs);
        add("cost at 2,000 players against 300", "×", 1.15, false, Scaling.NONE, growth, runs.remark("2000"));
        add("two loops against one, 1,600 players", "×", 1.8, true, Scaling.NONE, number(loops, "loops_ratio"), "");
        latency(runs);
        add(
                "memory per player: live heap and all besides",
                "KiB",
                32,
                false,
                Scaling.NONE,
                runs.memoryKib(),
                runs.remark("memory"));
        add("full handshakes per second and core", "", 1_500, true, Scaling.RATE, handshakes(handshakes), "");
        double allocated = runs.probe().bytesPerSecond() / MEBI;
        add("allocation at 100,000 packets/s", "MiB/s", 1, false, Scaling.NONE, allocated, runs.remark("probe"));
        add(
                "longest pause by the collector",
                "ms",
                1,
                false,
                Scaling.NONE,
                runs.probe().longestPauseMs(),
                "");
        double join = runs.median("join", Measured::joinP99Ms);
        add("join, 300 players watching, p99", "ms", 100, false, Scaling.NONE, join, runs.remark("join"));
    }

    private void perPacket(TargetRuns runs, String name, double wanted, String what) {
        double us = runs.median(name, Measured::cpuUs);
        if (Double.isNaN(wanted)) {
            double scaled = Scaling.TIME.by(factor).applyAsDouble(us);
            table.row("CPU per packet, " + what, "", Table.number(us) + " µs", Table.number(scaled), runs.remark(name));
        } else {
            add("CPU per packet, " + what, "µs", wanted, false, Scaling.TIME, us, runs.remark(name));
        }
    }

    private void latency(TargetRuns runs) {
        String busy = "added latency at 70 % of the core, streams of 10, ";
        String remark = runs.remark("busy");
        add(busy + "p50", "ms", 0.3, false, Scaling.NONE, runs.median("busy", Measured::p50Ms), remark);
        add(busy + "p99", "ms", 1, false, Scaling.NONE, runs.median("busy", Measured::p99Ms), remark);
        add(busy + "p99.9", "ms", 3, false, Scaling.NONE, runs.median("busy", Measured::p999Ms), remark);
        add(
                "added latency in a storm of joins, two cores, p99",
                "ms",
                3,
                false,
                Scaling.NONE,
                runs.median("storm 2", Measured::p99Ms),
                runs.remark("storm 2"));
        add(
                "the same, one core, p99",
                "ms",
                10,
                false,
                Scaling.NONE,
                runs.median("storm", Measured::p99Ms),
                runs.remark("storm"));
    }

    private void add(
            String figure, String unit, double wanted, boolean atLeast, Scaling scaling, double measured, String why) {
        table.row(new Target(figure, unit, wanted, atLeast, scaling).row(measured, factor, why));
    }

    /** C's loopback path with GCM; NaN when there is none. */
    private static double floorNs(JsonNode floor) {
        for (JsonNode path : floor.path("paths")) {
            if (path.path("path").asText().equalsIgnoreCase("loopback")
                    && path.path("profile").asText().equals("AEAD_AES_128_GCM")) {
                return path.path("c_ns_per_packet").path("median").asDouble(Double.NaN);
            }
        }
        return Double.NaN;
    }

    /** Of the fastest provider, by the server's processor time alone. */
    private static double handshakes(JsonNode results) {
        double fastest = Double.NaN;
        for (JsonNode result : results) {
            double ns = result.path("secondaryMetrics")
                    .path("cpu.virtual")
                    .path("score")
                    .asDouble(Double.NaN);
            if (Double.isFinite(ns) && ns > 0 && !(1e9 / ns < fastest)) {
                fastest = 1e9 / ns;
            }
        }
        return fastest;
    }

    private static double number(JsonNode node, String field) {
        return node.path(field).asDouble(Double.NaN);
    }

    /** This machine's C floor over the one the targets were set with; NaN when it was not measured. */
    double factor() {
        return factor;
    }

    Table table() {
        return table;
    }
}
