package dev.sluice.engine.congestion;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Receiver's half of transport-wide congestion control: keeps when each transport sequence number arrived and writes the
 * feedback from which a publisher finds its bitrate (draft-holmer-rmcat-transport-wide-cc-extensions-01). Confined to one
 * media loop.
 *
 * <p>A packet that was overtaken is reported when it comes, along with all after it, as libwebrtc does: the publisher took it
 * for lost. Memory and feedback are bounded by {@link #HISTORY} whatever numbers come.
 */
public final class TransportCcRecorder {
    /** Sequence numbers kept: 0.4 s of 100 Mbit/s. What is further back is forgotten, a larger gap not reported. */
    static final int HISTORY = 1 << 12;

    /** Arrivals are told in these units. */
    static final long TICK_NS = 250_000;

    /** libwebrtc lets 50 to 250 ms pass between feedbacks and aims at 5 % of the bitrate; 100 ms is its default. */
    private static final long SHORT_INTERVAL_NS = 50_000_000;

    private static final long LONG_INTERVAL_NS = 100_000_000;
    /** From so many packets a feedback on, the shorter interval stays near those 5 %. */
    private static final int MANY_PACKETS = 8;

    private static final long NOT_ARRIVED = Long.MIN_VALUE;

    private final long[] arrivalTicks = new long[HISTORY];
    private final TransportFeedback feedback = new TransportFeedback(HISTORY);

    private boolean started;
    private long newest;
    /** Where the next feedback begins. */
    private long base;

    private boolean pending;
    private long deadlineNs;
    private long intervalNs = LONG_INTERVAL_NS;
    private int feedbackCount;

    public TransportCcRecorder() {
        Arrays.fill(arrivalTicks, NOT_ARRIVED);
    }

    /** A packet with this 16-bit transport sequence number came. Only its first arrival counts. */
    public void onPacket(int transportSequence, long arrivalNs) {
        long sequence = started ? newest + (short) (transportSequence - (int) newest) : transportSequence;
        if (!started) {
            started = true;
            base = sequence;
            newest = sequence;
        } else if (sequence > newest) {
            advance(sequence);
        } else if (sequence <= newest - HISTORY || arrivalTicks[slot(sequence)] != NOT_ARRIVED) {
            return;
        }
        arrivalTicks[slot(sequence)] = Math.floorDiv(arrivalNs, TICK_NS);
        base = Math.min(base, sequence);
        if (!pending) {
            pending = true;
            deadlineNs = arrivalNs + intervalNs;
        }
    }

    /** Whether something waits to be reported, at {@link #deadlineNs()}. */
    public boolean isPending() {
        return pending;
    }

    /** When feedback is due; holds only while something is pending. */
    public long deadlineNs() {
        return deadlineNs;
    }

    /**
     * Writes the next feedback packet, to be the last of its datagram: it may end in padding. To be called until it returns 0:
     * one packet may not hold all.
     *
     * @param roomBytes most bytes it may have, at least 64
     * @param mediaSsrc a stream of the publisher, any one
     * @return its length; 0 when all is reported
     */
    public int writeFeedback(MemorySegment to, long off, int roomBytes, long senderSsrc, long mediaSsrc) {
        if (!pending) {
            return 0;
        }
        collect();
        int length = feedback.write(to, off, roomBytes, senderSsrc, mediaSsrc, (int) base, feedbackCount);
        feedbackCount++;
        base += feedback.packetsWritten();
        pending = base <= newest;
        if (!pending) {
            intervalNs = feedback.packetsWritten() >= MANY_PACKETS ? SHORT_INTERVAL_NS : LONG_INTERVAL_NS;
        }
        return length;
    }

    private static int slot(long sequence) {
        return (int) sequence & HISTORY - 1;
    }

    /** Makes room for a newer number: what is between was not seen yet, what falls out of the history is forgotten. */
    private void advance(long sequence) {
        if (sequence - newest >= HISTORY) {
            Arrays.fill(arrivalTicks, NOT_ARRIVED);
            base = sequence;
        } else {
            for (long between = newest + 1; between < sequence; between++) {
                arrivalTicks[slot(between)] = NOT_ARRIVED;
            }
            base = Math.max(base, sequence - HISTORY + 1);
        }
        newest = sequence;
    }

    private void collect() {
        feedback.clear();
        for (long sequence = base; sequence <= newest; sequence++) {
            long ticks = arrivalTicks[slot(sequence)];
            if (ticks == NOT_ARRIVED) {
                feedback.addMissing();
            } else if (!feedback.addArrived(ticks)) {
                return;
            }
        }
    }
}
