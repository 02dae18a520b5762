package dev.sluice.signaling.events;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of webhooks' events, over all targets. Safe for many threads. */
final class WebhookCounters {
    final LongAdder delivered = new LongAdder();
    /** Tries, not events. */
    final LongAdder failed = new LongAdder();
    /** Events that a target will not get. */
    final LongAdder dropped = new LongAdder();
    /** Targets that turned out to be ourselves. */
    final LongAdder self = new LongAdder();

    Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        all.put("webhooks.delivered", delivered.sum());
        all.put("webhooks.failed_tries", failed.sum());
        all.put("webhooks.dropped", dropped.sum());
        all.put("webhooks.refused_own_address", self.sum());
        return all;
    }
}
