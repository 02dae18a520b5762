package dev.sluice.benchmarks.floor;

import dev.sluice.natives.srtp.SrtpProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a run as tables and as JSON. Immutable once the run is over. */
final class FloorReport {
    private static final SrtpProfile DECIDING = SrtpProfile.AEAD_AES_128_GCM;
    private static final double TARGET = 1.15;

    private final List<Lane> lanes;

    FloorReport(List<Lane> lanes) {
        this.lanes = lanes;
    }

    /** The larger of the paths' medians, engine / C, with the profile that counts. */
    double ratio() {
        return lanes.stream()
                .filter(lane -> lane.profile() == DECIDING)
                .mapToDouble(lane -> lane.ratio().median())
                .max()
                .orElseThrow();
    }

    /** What of the C code is too slow to be called a floor; empty when nothing is. */
    String slow() {
        StringBuilder text = new StringBuilder();
        for (Lane lane : lanes) {
            String slow = lane.parts().slow();
            if (!slow.isEmpty()) {
                text.append(name(lane)).append(": ").append(slow).append(' ');
            }
        }
        return text.toString().strip();
    }

    String text() {
        StringBuilder text = new StringBuilder("""

                ns of the sending thread's processor time for each packet of 1,200 bytes: median (10th–90th percentile)
                path      profile                   C                     engine                engine / C
                """);
        for (Lane lane : lanes) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-9s %-25s %-21s %-21s %s%n",
                    lane.network().name(),
                    lane.profile(),
                    lane.floorNs().text("%,.0f"),
                    lane.engineNs().text("%,.0f"),
                    lane.ratio().text("%.2f")));
        }
        text.append("""

                C's parts alone, and bare loops of the same calls
                path      profile                  rewrite  protect     bare     send     bare   all parts   in one
                """);
        for (Lane lane : lanes) {
            text.append(parts(lane));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "%nThe larger of the paths' medians with %s, wanted: at most %.2f%nratio %.2f%n",
                        DECIDING,
                        TARGET,
                        ratio()))
                .toString();
    }

    private static String parts(Lane lane) {
        FloorParts parts = lane.parts();
        double rewrite = parts.of("rewrite").median();
        double protect = parts.of("protect").median();
        double send = parts.of("send").median();
        return String.format(
                Locale.ROOT,
                "%-9s %-24s %,8.0f %,8.0f %,8.0f %,8.0f %,8.0f %,11.0f %,8.0f%n",
                lane.network().name(),
                lane.profile(),
                rewrite,
                protect,
                parts.of("bare-protect").median(),
                send,
                parts.of("bare-send").median(),
                rewrite + protect + send,
                lane.floorNs().median());
    }

    Map<String, Object> json() {
        List<Map<String, Object>> paths = new ArrayList<>();
        for (Lane lane : lanes) {
            Map<String, Object> path = new LinkedHashMap<>();
            path.put("path", lane.network().name());
            path.put("profile", lane.profile().name());
            path.put("c_ns_per_packet", lane.floorNs().json());
            path.put("engine_ns_per_packet", lane.engineNs().json());
            path.put("ratio", lane.ratio().json());
            Map<String, Object> parts = new LinkedHashMap<>();
            lane.parts().all().forEach((loop, samples) -> parts.put(loop, samples.json()));
            path.put("c_parts_ns_per_packet", parts);
            paths.add(path);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ratio", ratio());
        json.put("target_ratio", TARGET);
        json.put("slow_floor", slow());
        json.put("paths", paths);
        return json;
    }

    private static String name(Lane lane) {
        return lane.network().name() + ", " + lane.profile();
    }
}
