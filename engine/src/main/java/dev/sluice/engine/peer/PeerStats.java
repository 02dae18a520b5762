package dev.sluice.engine.peer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a peer's session is told of from outside. Its loop alone writes, what is not counted by itself about once a second and
 * at the end; so nothing of it costs a packet. Safe for many threads that read.
 */
public final class PeerStats {
    /** Sums since the beginning, except where a unit is named. For a publisher of what came, for a player of what was sent. */
    public enum Value {
        /** RTP packets, those sent again not counted. */
        PACKETS,
        /** Of RTP payload. */
        BYTES,
        /** RTP packets that did not come; by a player's own word. */
        LOST,
        /** The same between the last two reports, in 1/256. */
        LOST_OF_256,
        /** Packets that came late or again where they were missing, or were sent again. */
        REPAIRED,
        /** Packets that were asked for again; each question counts. */
        NACKED,
        /** Key frames asked for: of a publisher by us, by a player of us. */
        KEY_FRAME_REQUESTS,
        /** Nanoseconds; −1 while unknown. */
        ROUND_TRIP_NS,
        /** Bits a second that a player's way carries; −1 while unknown. */
        ESTIMATE_BPS,
        /** From the session's opening to its first authenticated check; −1 before. */
        ICE_NS,
        /** From the session's opening to the keys of its handshake; −1 before. */
        DTLS_NS,
        /** From the session's opening to its first RTP packet; −1 before. */
        FIRST_MEDIA_NS
    }

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Value.values().length];
    private final long openedNs;

    PeerStats(long openedNs) {
        this.openedNs = openedNs;
        set(Value.ROUND_TRIP_NS, -1);
        set(Value.ESTIMATE_BPS, -1);
        set(Value.ICE_NS, -1);
        set(Value.DTLS_NS, -1);
        set(Value.FIRST_MEDIA_NS, -1);
    }

    /** From any thread. */
    public long get(Value value) {
        return (long) ELEMENT.getOpaque(values, value.ordinal());
    }

    void set(Value value, long to) {
        ELEMENT.setOpaque(values, value.ordinal(), to);
    }

    void add(Value value, long amount) {
        set(value, values[value.ordinal()] + amount);
    }

    /** RTP comes or goes; true for the first time, later calls change nothing. */
    boolean onMedia(long nowNs) {
        return first(Value.FIRST_MEDIA_NS, nowNs);
    }

    /** One of those that count from the session's opening is reached; true for the first time, later calls change nothing. */
    boolean first(Value milestone, long nowNs) {
        if (values[milestone.ordinal()] >= 0) {
            return false;
        }
        set(milestone, nowNs - openedNs);
        return true;
    }
}
