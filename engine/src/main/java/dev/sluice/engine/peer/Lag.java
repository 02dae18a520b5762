package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.rtp.PacketLogReader;

/**
 * The rule by which a player stays near live: how much of a log it is sent at once, and what is too old for it. All its constants
 * stand here. Stateless.
 */
final class Lag {
    /** Records taken in one duty cycle, so that a player that fell behind does not hold up the others. */
    private static final int MAX_RUN = 64;
    /** Who is this late (its socket was full, its loop stood still) goes on live: nobody wants to see the past. */
    private static final long MAX_LAG_NS = 1_000_000_000L;
    /** Records taken at once for a TCP connection, some 10 KB: what its socket does not take of them grows old there. */
    private static final int MAX_TCP_RUN = 8;
    /** Over TCP nothing is lost on the way, so what does not fit piles up here: with {@link #MAX_TCP_RUN} below half a second. */
    private static final long MAX_TCP_LAG_NS = 300_000_000L;

    private Lag() {}

    /** Records that one run to there may take. */
    static int mostRecords(RemoteAddress to) {
        return to.isTcp() ? MAX_TCP_RUN : MAX_RUN;
    }

    /** Whether what came at that time is too old to be sent there. */
    static boolean isTooLong(long arrivalNs, RemoteAddress to, long nowNs) {
        return nowNs - arrivalNs > (to.isTcp() ? MAX_TCP_LAG_NS : MAX_LAG_NS);
    }

    /** Steps to the newest key frame when that is not too old itself: then none has to be asked for. */
    static boolean seekFreshKeyFrame(PacketLogReader reader, PacketLog log, long end, long nowNs) {
        long key = log.keyFramePosition();
        if (key <= reader.position()) {
            return false;
        }
        reader.seek(key);
        if (!reader.next(end) || nowNs - reader.arrivalNs() > MAX_TCP_LAG_NS) {
            return false;
        }
        reader.seek(key);
        return true;
    }
}
