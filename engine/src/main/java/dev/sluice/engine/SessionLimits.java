package dev.sluice.engine;

import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.net.SourceNetwork;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many sessions there may be, in all and of one remote address, and how many of them may be unfinished. Safe for
 * many threads.
 *
 * <p>Loopback and this host's own addresses are exempt from the caps per source: behind them stand proxies and
 * operators. Nothing is exempt from the cap in all.
 */
final class SessionLimits {
    /** Live heap a session may cost with everything around it, signalling included; measured at a third of it. */
    private static final long BYTES_PER_SESSION = 32 << 10;

    private static final int LEAST_MAX_SESSIONS = 1_000;

    private final int maxSessions;
    private final int maxPerSource;
    private final int maxUnfinishedPerSource;
    private final Set<InetAddress> exempt;
    private final Map<InetAddress, int[]> sources = new HashMap<>();
    private int sessions;
    private long refusedInAll;
    private long refusedPerSource;

    /** @param exempt this host's own addresses */
    SessionLimits(EngineConfig config, Set<InetAddress> exempt) {
        this.maxSessions = config.maxSessions() > 0 ? config.maxSessions() : byMemory();
        this.maxPerSource = config.maxSessionsPerSource();
        this.maxUnfinishedPerSource = config.maxHandshakesPerSource();
        this.exempt = exempt;
    }

    private static int byMemory() {
        long fitting = Runtime.getRuntime().maxMemory() / BYTES_PER_SESSION;
        return Math.clamp(fitting, LEAST_MAX_SESSIONS, Integer.MAX_VALUE);
    }

    /** Takes a place for an unfinished session of this source. */
    synchronized Place take(InetAddress address) throws SessionRefusedException {
        if (sessions >= maxSessions) {
            refusedInAll++;
            throw new SessionRefusedException(
                    Refusal.TOO_MANY_SESSIONS, "The server has as many sessions as it can take. Try again later.");
        }
        boolean counted = !address.isLoopbackAddress() && !exempt.contains(address);
        InetAddress source = counted ? SourceNetwork.of(address) : null;
        if (counted) {
            int[] ofSource = sources.computeIfAbsent(source, s -> new int[2]);
            if (ofSource[0] >= maxPerSource || ofSource[1] >= maxUnfinishedPerSource) {
                forgetIfEmpty(source, ofSource);
                refusedPerSource++;
                throw new SessionRefusedException(
                        Refusal.TOO_MANY_FROM_SOURCE, "Too many sessions from your address. Try again later.");
            }
            ofSource[0]++;
            ofSource[1]++;
        }
        sessions++;
        return new Place(source);
    }

    private void forgetIfEmpty(InetAddress source, int[] counts) {
        if (counts[0] == 0) {
            sources.remove(source);
        }
    }

    synchronized int sessions() {
        return sessions;
    }

    synchronized long refusedInAll() {
        return refusedInAll;
    }

    synchronized long refusedPerSource() {
        return refusedPerSource;
    }

    synchronized int sources() {
        return sources.size();
    }

    /** One session's place. All methods are idempotent. Safe for many threads. */
    final class Place {
        private final InetAddress source;
        private boolean finished;
        private boolean released;

        private Place(InetAddress source) {
            this.source = source;
        }

        /** The session is connected: it counts as unfinished no longer. */
        void finish() {
            synchronized (SessionLimits.this) {
                if (!finished && source != null) {
                    sources.get(source)[1]--;
                }
                finished = true;
            }
        }

        /** The session has ended. */
        void release() {
            synchronized (SessionLimits.this) {
                if (released) {
                    return;
                }
                finish();
                released = true;
                sessions--;
                if (source != null) {
                    int[] counts = sources.get(source);
                    counts[0]--;
                    forgetIfEmpty(source, counts);
                }
            }
        }
    }
}
