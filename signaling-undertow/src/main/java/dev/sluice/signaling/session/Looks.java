package dev.sluice.signaling.session;

import dev.sluice.signaling.access.Caller;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who only looked at a stream and may be about to join it: their grants, so that hooks hear of one session and not of two. The oldest
 * leave first. Safe for many threads.
 */
final class Looks {
    private static final int MOST = 1_000;

    /** Longer than the seconds after which those look again who wait for a stream. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    /** What makes it the same client, as far as a hook's question goes, and its bearer token. */
    private record Who(String stream, InetAddress source, Map<String, String> query, String bearer) {
        static Who of(String stream, Caller caller) {
            return new Who(stream, caller.source(), caller.query(), caller.bearer());
        }
    }

    private record Look(Grant grant, Instant until) {}

    private final Map<Who, Look> looks = new LinkedHashMap<>();

    /** Null when none is known. It is the caller's now. */
    synchronized Grant take(String stream, Caller caller, Instant now) {
        Look look = looks.remove(Who.of(stream, caller));
        return look == null || !now.isBefore(look.until) ? null : look.grant;
    }

    synchronized void put(Grant grant, Instant now) {
        if (looks.size() >= MOST) {
            Iterator<Look> oldest = looks.values().iterator();
            oldest.next();
            oldest.remove();
        }
        looks.put(Who.of(grant.stream(), grant.caller()), new Look(grant, now.plus(KEPT)));
    }
}
