package dev.sluice.benchmarks.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.benchmarks.load.measure.Histogram;
import dev.sluice.benchmarks.load.measure.MemoryUse;
import java.util.Map;

/** What one load found; its JSON is the contract with those who compare. Immutable. */
record Result(
        Map<String, Object> machine,
        String command,
        String server,
        Map<String, Object> config,
        int players,
        @JsonProperty("sent_packets") long sentPackets,
        @JsonProperty("forwarded_packets") long forwardedPackets,
        @JsonProperty("packets_per_second") double packetsPerSecond,
        @JsonProperty("lost_packets") long lostPackets,
        @JsonProperty("cpu_us_per_packet") Double cpuUsPerPacket,
        @JsonProperty("cpu_user_us_per_packet") Double cpuUserUsPerPacket,
        @JsonProperty("cpu_system_us_per_packet") Double cpuSystemUsPerPacket,
        @JsonProperty("server_cpu_share") Double serverCpuShare,
        @JsonProperty("load_cpu_share") double loadCpuShare,
        @JsonProperty("latency_ms") Times latencyMs,
        @JsonProperty("held_ms") Times heldMs,
        @JsonProperty("send_late_ms") Times sendLateMs,
        @JsonProperty("rss_bytes") Long rssBytes,
        @JsonProperty("memory_per_player") Memory memoryPerPlayer,
        @JsonProperty("threads_cpu_s") Map<String, Double> threadsCpuS,
        JoinTimes joins,
        Map<String, Long> checks,
        boolean saturated,
        @JsonProperty("saturated_by") String saturatedBy) {

    /** Milliseconds; null where nothing was measured. */
    record Times(Double p50, Double p99, Double p999, Double max, long count) {
        static Times of(Histogram histogram) {
            return new Times(
                    millis(histogram, 0.5),
                    millis(histogram, 0.99),
                    millis(histogram, 0.999),
                    millis(histogram, 1),
                    histogram.count());
        }
    }

    /** Of the players that joined in this load, or with {@code --storm} of those of the storm. */
    record JoinTimes(
            long count,
            int failed,
            @JsonProperty("p50_ms") Double p50Ms,
            @JsonProperty("p99_ms") Double p99Ms,
            @JsonProperty("max_ms") Double maxMs,
            @JsonProperty("total_s") double totalS,
            @JsonProperty("busy_retries") long busyRetries,
            Map<String, Integer> failures) {
        static JoinTimes of(Joins joins, long retries) {
            Histogram times = joins.times();
            return new JoinTimes(
                    times.count(),
                    joins.failed(),
                    millis(times, 0.5),
                    millis(times, 0.99),
                    millis(times, 1),
                    joins.totalNs() / 1e9,
                    retries,
                    joins.failures());
        }
    }

    /** Growth for each player that came; null when it was not asked for. */
    record Memory(
            int players,
            @JsonProperty("heap_bytes") long heapBytes,
            @JsonProperty("other_bytes") long otherBytes,
            @JsonProperty("bytes") long allBytes) {
        static Memory of(MemoryUse before, MemoryUse after, int players) {
            long heap = (after.liveHeapBytes() - before.liveHeapBytes()) / Math.max(1, players);
            long other = (after.otherBytes() - before.otherBytes()) / Math.max(1, players);
            return new Memory(players, heap, other, heap + other);
        }
    }

    private static Double millis(Histogram histogram, double part) {
        return histogram.count() == 0 ? null : Math.round(histogram.quantileNs(part) / 1e3) / 1e3;
    }
}
