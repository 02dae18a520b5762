package dev.sluice.signaling.session;

import dev.sluice.signaling.access.Caller;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who only looked at a stream and may be about to join it, with what came of it, so that one player is not told of as two. The
 * oldest leave first. Safe for many threads.
 */
final class Looks<V> {
    private static final int MOST = 1_000;

    /** Longer than the seconds after which those look again who wait for a stream. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    /** What makes it the same client, as far as a hook's question goes, and its bearer token. */
    private record Who(String stream, InetAddress source, Map<String, String> query, String userAgent, String bearer) {
        static Who of(String stream, Caller caller) {
            return new Who(stream, caller.source(), caller.query(), caller.userAgent(), caller.bearer());
        }
    }

    private record Look<V>(V value, Instant until) {}

    /** In the order in which they end. */
    private final Map<Who, Look<V>> looks = new LinkedHashMap<>();

    /** Null when none is known. It is the caller's now. */
    synchronized V take(String stream, Caller caller, Instant now) {
        Look<V> look = looks.remove(Who.of(stream, caller));
        return look == null || !now.isBefore(look.until) ? null : look.value;
    }

    synchronized void put(String stream, Caller caller, V value, Instant now) {
        Who who = Who.of(stream, caller);
        looks.remove(who);
        Iterator<Look<V>> oldest = looks.values().iterator();
        while (oldest.hasNext() && (!now.isBefore(oldest.next().until) || looks.size() >= MOST)) {
            oldest.remove();
        }
        looks.put(who, new Look<>(value, now.plus(KEPT)));
    }
}
