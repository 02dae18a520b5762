package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.client.Player;
import dev.sluice.benchmarks.load.client.Publisher;
import dev.sluice.benchmarks.load.measure.Histogram;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Sums over all clients. Confined to the reactor, then to the main thread. */
final class Tally {
    long sent;
    long failures;
    long expected;
    long got;
    long gaps;
    long behind;
    long bad;
    long strayed;
    long other;
    long unidentified;
    /** By how much packets were sent after their time. */
    final Histogram late = new Histogram();
    /** The clients' own. */
    final Set<Integer> ports = new HashSet<>();

    void add(Publisher publisher) {
        sent += publisher.sent();
        failures += publisher.failures();
        late.add(publisher.late());
        ports.add(publisher.port());
    }

    void add(Player player) {
        expected += player.expected();
        got += player.got();
        gaps += player.gaps();
        behind += player.behind();
        bad += player.bad();
        strayed += player.strayed();
        other += player.other();
        ports.add(player.port());
        unidentified += player.isIdentified() ? 0 : 1;
    }

    /** What should be 0, with the probes of other SSRCs that some servers send. */
    Map<String, Long> checks() {
        Map<String, Long> checks = new LinkedHashMap<>();
        checks.put("gaps", gaps);
        checks.put("out_of_order", behind);
        checks.put("bad", bad);
        checks.put("strayed", strayed);
        checks.put("other_ssrc", other);
        checks.put("players_without_media", unidentified);
        checks.put("send_failures", failures);
        return checks;
    }
}
