package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What one run of {@code ./bench load} found, as its JSON says it. Immutable. */
record Measured(JsonNode json) {
    double cpuUs() {
        return number("cpu_us_per_packet");
    }

    double userUs() {
        return number("cpu_user_us_per_packet");
    }

    double systemUs() {
        return number("cpu_system_us_per_packet");
    }

    double packetsPerSecond() {
        return number("packets_per_second");
    }

    double serverShare() {
        return number("server_cpu_share");
    }

    double rssBytes() {
        return number("rss_bytes");
    }

    /** Of the live heap and of all besides, by {@code --memory}. */
    double bytesPerPlayer() {
        return json.path("memory_per_player").path("bytes").asDouble(Double.NaN);
    }

    double p50Ms() {
        return json.path("latency_ms").path("p50").asDouble(Double.NaN);
    }

    double p99Ms() {
        return json.path("latency_ms").path("p99").asDouble(Double.NaN);
    }

    double p999Ms() {
        return json.path("latency_ms").path("p999").asDouble(Double.NaN);
    }

    double joinP99Ms() {
        return json.path("joins").path("p99_ms").asDouble(Double.NaN);
    }

    private double number(String field) {
        return json.path(field).asDouble(Double.NaN);
    }

    /** Why this run says nothing of the server's cost; empty when it does. */
    String refusal() {
        if (json.path("saturated").asBoolean()) {
            String by = json.path("saturated_by").asText("");
            return by.isEmpty() || by.equals("null") ? "the load was saturated" : "the load was saturated: " + by;
        }
        long lost = json.path("lost_packets").asLong();
        if (lost > 0) {
            long all = Math.max(1, json.path("forwarded_packets").asLong());
            return String.format(Locale.ROOT, "%,d of %,d packets lost", lost, all);
        }
        int failed = json.path("joins").path("failed").asInt();
        if (failed > 0) {
            return failed + " players could not join";
        }
        if (json.path("forwarded_packets").asLong() == 0 || !(cpuUs() > 0)) {
            return "nothing was forwarded";
        }
        return "";
    }
}
