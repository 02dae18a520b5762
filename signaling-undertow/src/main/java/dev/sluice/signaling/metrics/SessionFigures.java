package dev.sluice.signaling.metrics;

import dev.sluice.engine.SessionStats;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.session.ClientSession;

/** How much of one session has been counted. Guarded by its ledger. */
final class SessionFigures {
    private final ClientSession session;
    private final Sum[] sums;
    private final long[] counted;
    private boolean joined;

    SessionFigures(ClientSession session) {
        this.session = session;
        this.sums = Sum.of(isPublisher(session));
        this.counted = new long[sums.length];
    }

    static boolean isPublisher(ClientSession session) {
        return session.role() == Role.PUBLISH;
    }

    static String role(ClientSession session) {
        return isPublisher(session) ? "publisher" : "player";
    }

    ClientSession session() {
        return session;
    }

    /** Adds what is new. A figure that goes back, as losses do that turn out to be late, counts again when it is beyond where it was. */
    void count(SessionStats stats, long[] stream, long[] server) {
        for (int i = 0; i < sums.length; i++) {
            long now = value(stats, i);
            if (now > counted[i]) {
                stream[sums[i].ordinal()] += now - counted[i];
                server[sums[i].ordinal()] += now - counted[i];
                counted[i] = now;
            }
        }
    }

    private static long value(SessionStats stats, int index) {
        return switch (index) {
            case 0 -> stats.packets();
            case 1 -> stats.bytes();
            case 2 -> stats.lost();
            case 3 -> stats.repaired();
            case 4 -> stats.nacked();
            default -> stats.keyFrameRequests();
        };
    }

    /** Whether its first packet has come and was not told of yet. */
    boolean takeJoined(SessionStats stats) {
        if (joined || stats.firstMediaNs() < 0) {
            return false;
        }
        joined = true;
        return true;
    }
}
