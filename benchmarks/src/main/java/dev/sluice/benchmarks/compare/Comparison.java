package dev.sluice.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a trial found, as a table for each load with each server's cost as a multiple of Sluice's. Confined to one thread. */
final class Comparison {
    private static final double MIB = 1 << 20;

    private final String own;
    private final List<String> servers;
    private final List<LoadCase> cases;
    private final Trial trial;

    /** @param own the name of the server that the others are compared with */
    Comparison(String own, List<String> servers, List<LoadCase> cases, Trial trial) {
        this.own = own;
        this.servers = servers;
        this.cases = cases;
        this.trial = trial;
    }

    Table table(LoadCase load) {
        Table table = new Table(
                2,
                "server",
                "SRTP",
                "µs/packet",
                "user",
                "system",
                "ratio",
                "packets/s",
                "core",
                "p50 ms",
                "p99 ms",
                "RSS MiB",
                "remarks");
        for (String server : servers) {
            Samples samples = samples(server, load);
            double share = samples.median(Measured::serverShare);
            table.row(
                    server,
                    trial.backend(server).name(),
                    Table.number(samples.median(Measured::cpuUs)),
                    Table.number(samples.median(Measured::userUs)),
                    Table.number(samples.median(Measured::systemUs)),
                    Table.number(ratio(server, load)),
                    Table.number(samples.median(Measured::packetsPerSecond)),
                    Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.0f %%", 100 * share),
                    Table.number(samples.median(Measured::p50Ms)),
                    Table.number(samples.median(Measured::p99Ms)),
                    Table.number(samples.median(Measured::rssBytes) / MIB),
                    samples.remark());
        }
        return table;
    }

    /** Its cost as a multiple of ours; NaN when either row does not stand. */
    double ratio(String server, LoadCase load) {
        return servers.contains(own)
                ? samples(server, load).median(Measured::cpuUs)
                        / samples(own, load).median(Measured::cpuUs)
                : Double.NaN;
    }

    private Samples samples(String server, LoadCase load) {
        return trial.samples().get(new Trial.Row(server, load));
    }

    /** The cheapest of the others whose row stands. One on NSS is none: its library holds it back, not its own code. */
    Optional<String> bestRival(LoadCase load) {
        return servers.stream()
                .filter(each -> !each.equals(own) && !trial.backend(each).onNss())
                .filter(each -> samples(each, load).stands())
                .min((a, b) -> Double.compare(
                        samples(a, load).median(Measured::cpuUs),
                        samples(b, load).median(Measured::cpuUs)));
    }

    /** One sentence on it. */
    String verdict(LoadCase load) {
        return bestRival(load)
                .map(each -> "Best rival present: " + each + ", " + Table.number(ratio(each, load))
                        + " × Sluice's processor time per packet.")
                .orElse(
                        "No rival here that could be called the best: none whose row stands and whose SRTP is not on NSS.");
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (LoadCase load : cases) {
            text.append('\n')
                    .append(load.title())
                    .append("\n\n")
                    .append(table(load))
                    .append('\n');
            text.append(verdict(load)).append('\n');
        }
        return text.toString();
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        for (LoadCase load : cases) {
            text.append("\n**")
                    .append(load.title())
                    .append("**\n\n")
                    .append(table(load).markdown());
            text.append('\n').append(verdict(load)).append('\n');
        }
        return text.toString();
    }

    /** For a file: each row with the loads' own JSON. */
    List<Map<String, Object>> json() {
        return trial.samples().entrySet().stream()
                .map(each -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    String server = each.getKey().server();
                    Samples samples = each.getValue();
                    double ratio = ratio(server, each.getKey().load());
                    row.put("server", server);
                    row.put("srtp", trial.backend(server).name());
                    row.put("load", each.getKey().load());
                    row.put("stands", samples.stands());
                    row.put("remark", samples.remark());
                    row.put("cpu_us_per_packet", finite(samples.median(Measured::cpuUs)));
                    row.put("ratio", finite(ratio));
                    row.put("runs", samples.runs());
                    return row;
                })
                .toList();
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
