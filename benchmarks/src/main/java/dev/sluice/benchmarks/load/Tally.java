package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.client.Player;
import dev.sluice.benchmarks.load.client.Publisher;
import dev.sluice.benchmarks.load.measure.Histogram;
import java.util.LinkedHashMap;
import java.util.Map;

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
    long skipped;
    long other;
    long probes;
    long unidentified;
    /** By how much packets were sent after their time. */
    final Histogram late = new Histogram();

    void add(Publisher publisher) {
        sent += publisher.sent();
        failures += publisher.failures();
        late.add(publisher.late());
    }

    void add(Player player) {
        expected += player.expected();
        got += player.got();
        gaps += player.gaps();
        behind += player.behind();
        bad += player.bad();
        strayed += player.strayed();
        skipped += player.skipped();
        other += player.other();
        probes += player.probes();
        unidentified += player.isIdentified() ? 0 : 1;
    }

    /** What should be 0, and last what is as the server likes: probes, and old packets that newcomers did not need. */
    Map<String, Long> checks() {
        Map<String, Long> checks = new LinkedHashMap<>();
        checks.put("gaps", gaps);
        checks.put("out_of_order", behind);
        checks.put("bad", bad);
        checks.put("strayed", strayed);
        checks.put("other_ssrc", other);
        checks.put("players_without_media", unidentified);
        checks.put("send_failures", failures);
        checks.put("probes", probes);
        checks.put("skipped_at_start", skipped);
        return checks;
    }
}
