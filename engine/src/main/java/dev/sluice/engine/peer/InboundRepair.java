package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.MissingPackets;
import dev.sluice.engine.rtp.RtpHeader;

/**
 * Puts the packets of one track in order again where the publisher sends lost ones a second time: what comes behind a gap
 * waits a little for it to be filled. Confined to one media loop.
 *
 * <p>Behind a lost packet nothing can be decoded, so the wait costs the players nothing, and they neither ask for the packet
 * themselves nor see it late. A packet waits at most {@link #MAX_WAIT_NS}, however many gaps there are before it; a
 * packet that comes later than that goes to the players out of order.
 */
final class InboundRepair {
    /** The packet is to go into the log. */
    static final int FORWARD = 0;
    /** The packet was copied and waits. */
    static final int HELD = 1;
    /** The packet came before. */
    static final int DUPLICATE = 2;
    /** All that {@link #poll} yields is to go into the log, then this packet. */
    static final int FORWARD_LAST = 3;

    /** A repair over a round trip of 50 ms takes some 65; players' buffers bridge what is shorter than this. */
    static final long MAX_WAIT_NS = 80_000_000L;
    /** What a repair takes beside the round trip: noticing, asking at the next tick, the publisher's pacing. */
    private static final long OVERHEAD_NS = 20_000_000L;

    private final MissingPackets missing = new MissingPackets();
    private final HeldPackets held = new HeldPackets();
    /** The one that goes into the log next, if it comes in time. */
    private long next = -1;

    private boolean flushing;
    private long polledSequence;

    MissingPackets missing() {
        return missing;
    }

    /** A packet came, as sent first or again. Returns one of this class's constants. */
    int onPacket(RtpHeader header, long sequence, long nowNs) {
        int found = missing.onPacket(sequence, nowNs);
        if (sequence == next || next < 0) {
            next = sequence + 1;
            return FORWARD;
        }
        if (found == MissingPackets.DUPLICATE) {
            return DUPLICATE;
        }
        if (sequence < next) {
            return FORWARD;
        }
        boolean fits = sequence - next < HeldPackets.CAPACITY && header.lengthBytes() <= HeldPackets.SLOT_BYTES;
        if (fits && (waitNs() > 0 || !held.isEmpty())) {
            held.put(header, sequence);
            return HELD;
        }
        if (held.isEmpty()) {
            next = sequence + 1;
            return FORWARD;
        }
        flushing = true;
        return FORWARD_LAST;
    }

    /** The packet of {@link #FORWARD_LAST} was forwarded. */
    void onFlushed(long sequence) {
        flushing = false;
        next = sequence + 1;
    }

    /**
     * Takes a packet that waits no longer. To be called until there is none: after a packet was forwarded, and when the
     * time is up.
     *
     * @param to laid over the packet; good until the next call of {@link #onPacket}
     */
    boolean poll(RtpHeader to, long nowNs) {
        while (!held.isEmpty()) {
            if (held.has(next)) {
                held.take(next, to);
                polledSequence = next++;
                return true;
            }
            if (waitLeftNs(nowNs) > 0) {
                return false;
            }
            next++;
        }
        return false;
    }

    /** Of the packet that {@link #poll} took. */
    long polledSequence() {
        return polledSequence;
    }

    /** Nanoseconds until what waits has waited long enough, at most 0 when it has; {@link Long#MAX_VALUE} while nothing does. */
    long waitLeftNs(long nowNs) {
        if (held.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return flushing || !missing.isAwaited(next) ? 0 : missing.missedNs(next) + waitNs() - nowNs;
    }

    /** None where a repair could not be here in time anyway, or never is. */
    private long waitNs() {
        boolean inTime = missing.roundTripNs() + OVERHEAD_NS + missing.toleranceNs() <= MAX_WAIT_NS;
        return inTime && !missing.isUnanswered() ? MAX_WAIT_NS : 0;
    }
}
