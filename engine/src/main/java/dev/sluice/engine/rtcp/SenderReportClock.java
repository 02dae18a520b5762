package dev.sluice.engine.rtcp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Says which RTP timestamp of a published track belongs to an instant of the server's clock, so that a player's sender
 * report can be made: NTP now, and this timestamp mapped to the player's. Safe for many threads: the publisher's loop
 * writes, every player's loop reads.
 *
 * <p>The track's last sender report gives it, by the offset that all tracks of the {@link PublicationClock} share: that is
 * lip sync. Before the first report, and for publishers that send none, the arrival of packets gives it.
 *
 * <p>All state a reader needs is one number: the timestamp that the server's instant 0 would have, as 48 bits with 16 of
 * fraction. So one store publishes it and no reader sees half of it.
 */
public final class SenderReportClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int FRACTION_BITS = 16;
    private static final long ROUND = 1L << FRACTION_BITS - 1;
    private static final long PHASE_MASK = (1L << 32 + FRACTION_BITS) - 1;
    private static final long NO_PHASE = -1;
    /** A packet's arrival serves this long as the earliest, then another must: the publisher's clock drifts. */
    private static final long MAX_ARRIVAL_AGE_NS = 10 * NANOS_PER_SECOND;

    private static final VarHandle PHASE = phaseHandle();

    private final PublicationClock publication;
    private final long scaledRate;

    private boolean reported;
    private long earliestArrivalNs;

    @SuppressWarnings("unused") // through PHASE
    private long phase = NO_PHASE;

    /** A clock for one track, whose timestamps count {@code clockRate} (at most 140,000) a second. */
    public SenderReportClock(PublicationClock publication, int clockRate) {
        this.publication = publication;
        this.scaledRate = (long) clockRate << FRACTION_BITS;
    }

    /**
     * A packet came. Counts only until the first sender report: the packet that was delayed least is the best guess. On the
     * publisher's loop.
     */
    public void onPacket(long timestamp, long arrivalNs) {
        if (reported) {
            return;
        }
        long next = phase(timestamp, arrivalNs);
        long current = (long) PHASE.get(this);
        // A larger phase means that this timestamp came earlier than the kept one let expect.
        if (current == NO_PHASE || signed(next - current) > 0 || arrivalNs - earliestArrivalNs > MAX_ARRIVAL_AGE_NS) {
            earliestArrivalNs = arrivalNs;
            PHASE.setOpaque(this, next);
        }
    }

    /** A sender report of this track came. On the publisher's loop. */
    public void onSenderReport(long ntp, long timestamp, long arrivalNs) {
        if (ntp == 0) {
            // RFC 3550 section 6.4.1: a sender without a wall clock says zero.
            return;
        }
        reported = true;
        PHASE.setOpaque(this, phase(timestamp, publication.onSenderReport(ntp, arrivalNs)));
    }

    /** The track's timestamp for an instant of the server's clock, 0 … 2^32−1. From any thread. */
    public long timestampAt(long nowNs) {
        long sum = (long) PHASE.getOpaque(this) + scaled(nowNs) + ROUND;
        return sum >>> FRACTION_BITS & 0xffff_ffffL;
    }

    private long phase(long timestamp, long atNs) {
        return (timestamp << FRACTION_BITS) - scaled(atNs) & PHASE_MASK;
    }

    /** An instant in timestamp units with fraction, modulo 2^64; exact to the fraction's last bit. */
    private long scaled(long ns) {
        return Math.floorDiv(ns, NANOS_PER_SECOND) * scaledRate
                + Math.floorMod(ns, NANOS_PER_SECOND) * scaledRate / NANOS_PER_SECOND;
    }

    /** A difference of phases, modulo 2^48, as the nearer of its two signed readings. */
    private static long signed(long difference) {
        int unusedBits = Long.SIZE - 32 - FRACTION_BITS;
        return difference << unusedBits >> unusedBits;
    }

    private static VarHandle phaseHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(SenderReportClock.class, "phase", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
