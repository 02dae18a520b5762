package dev.sluice.benchmarks.load;

import java.util.Locale;
import java.util.Map;

/** A result as a table to read. Stateless. */
final class ResultText {
    private ResultText() {}

    static String of(Result result) {
        StringBuilder text = new StringBuilder("\n");
        result.machine().forEach((name, value) -> line(text, name, String.valueOf(value)));
        line(text, "server", result.server());
        line(text, "load", result.config().toString());
        line(text, "players", Integer.toString(result.players()));
        line(
                text,
                "packets",
                "%,d sent, %,d to forward, %,d lost, %,.0f/s got",
                result.sentPackets(),
                result.forwardedPackets(),
                result.lostPackets(),
                result.packetsPerSecond());
        if (result.cpuUsPerPacket() != null) {
            line(
                    text,
                    "server CPU",
                    "%.3f µs per forwarded packet (user %.3f, system %.3f), %.0f %% of a core",
                    result.cpuUsPerPacket(),
                    result.cpuUserUsPerPacket(),
                    result.cpuSystemUsPerPacket(),
                    100 * result.serverCpuShare());
            line(text, "server memory", "%,d KiB RSS", result.rssBytes() / 1024);
            if (result.memoryPerPlayer() != null) {
                line(
                        text,
                        "per player",
                        "%.1f KiB: live heap %.1f, besides the heap %.1f",
                        result.memoryPerPlayer().allBytes() / 1024.0,
                        result.memoryPerPlayer().heapBytes() / 1024.0,
                        result.memoryPerPlayer().otherBytes() / 1024.0);
            }
            line(text, "threads, s", result.threadsCpuS().toString());
        }
        line(text, "added latency", times(result.latencyMs()));
        line(text, "held packets", times(result.heldMs()));
        line(
                text,
                "joins",
                "%d, %d failed; POST to first packet p50 %s, p99 %s, max %s ms; all within %.2f s, told to come again %d times",
                result.joins().count(),
                result.joins().failed(),
                result.joins().p50Ms(),
                result.joins().p99Ms(),
                result.joins().maxMs(),
                result.joins().totalS(),
                result.joins().busyRetries());
        for (Map.Entry<String, Integer> failure : result.joins().failures().entrySet()) {
            line(text, "  failed", failure.getValue() + " × " + failure.getKey());
        }
        line(text, "checks", result.checks().toString());
        line(
                text,
                "load's CPU",
                "%.0f %% of a core; packets sent late: %s",
                100 * result.loadCpuShare(),
                times(result.sendLateMs()));
        line(text, "saturated", result.saturated() ? "YES: " + result.saturatedBy() : "no");
        return text.toString();
    }

    private static String times(Result.Times times) {
        return times.count() == 0
                ? "none measured"
                : "p50 " + times.p50() + ", p99 " + times.p99() + ", p99.9 " + times.p999() + ", max " + times.max()
                        + " ms (" + times.count() + " packets)";
    }

    private static void line(StringBuilder to, String name, String format, Object... values) {
        to.append(String.format(Locale.ROOT, "%-14s ", name))
                .append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
