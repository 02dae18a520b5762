package dev.sluice.engine.rtcp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * Loss and jitter of one received stream, as a report block says them (RFC 3550 sections 6.4.1, A.1, A.3, A.8). Confined to
 * one media loop.
 *
 * <p>There is no probation of a new source (A.1): its SSRC is in the SDP and SRTP proved who sent it.
 */
public final class ReceptionStats {
    public static final int REPORT_BLOCK_BYTES = RtcpReader.REPORT_BLOCK_BYTES;

    private static final int SEQUENCES = 1 << 16;
    /** A.1: a larger step forward is a restart when the packet after it confirms it. */
    private static final int MAX_DROPOUT = 3_000;

    private static final int MAX_MISORDER = 100;
    private static final int NO_SEQUENCE = -1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** A transit time that steps by more is another clock, not jitter; libwebrtc draws the line at the same 5 s. */
    private static final int MAX_JITTER_SECONDS = 5;

    private final long ssrc;
    private final int clockRate;

    private boolean started;
    private long baseSequence;
    private long highestSequence;
    private int badSequence = NO_SEQUENCE;
    private long runReceived;
    private long priorExpected;
    private long priorReceived;
    private int fractionLost;
    /** What was expected and received before the last restart. */
    private long earlierExpected;

    private long earlierReceived;

    private long firstArrivalNs;
    private int lastTransit;
    private long jitterTimes16;

    private boolean reported;
    private long lastSenderReport;
    private long lastSenderReportNs;

    /** Statistics of the stream {@code ssrc}, whose timestamps count {@code clockRate} a second. */
    public ReceptionStats(long ssrc, int clockRate) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
    }

    /** A packet came: 16-bit sequence number, RTP timestamp, and when. Duplicates are SRTP's to refuse. */
    public void onPacket(int sequenceNumber, long timestamp, long arrivalNs) {
        if (!started) {
            started = true;
            firstArrivalNs = arrivalNs;
            lastTransit = transit(timestamp, arrivalNs);
            startRun(sequenceNumber);
        } else if (!takeSequence(sequenceNumber)) {
            return;
        }
        runReceived++;
        int transit = transit(timestamp, arrivalNs);
        long step = Math.abs((long) (transit - lastTransit));
        lastTransit = transit;
        if (step <= (long) clockRate * MAX_JITTER_SECONDS) {
            jitterTimes16 += step - (jitterTimes16 + 8 >> 4);
        }
    }

    /** A sender report of this stream came. */
    public void onSenderReport(long ntp, long arrivalNs) {
        reported = true;
        lastSenderReport = NtpTime.compact(ntp);
        lastSenderReportNs = arrivalNs;
    }

    /** Writes the 24 bytes of a report block; its fraction lost counts from the block before. */
    public int writeReportBlock(MemorySegment to, long off, long nowNs) {
        long expected = runExpected();
        long lost = Math.clamp(expected - runReceived, -0x80_0000, 0x7f_ffff);
        long expectedInterval = expected - priorExpected;
        long lostInterval = expectedInterval - (runReceived - priorReceived);
        priorExpected = expected;
        priorReceived = runReceived;
        // Of an interval in which all was lost, 256/256 does not fit into the byte.
        fractionLost = lostInterval <= 0 ? 0 : (int) Math.min(255, (lostInterval << 8) / expectedInterval);
        Bytes.put32(to, off, ssrc);
        Bytes.put32(to, off + 4, (long) fractionLost << 24 | lost & 0xff_ffff);
        Bytes.put32(to, off + 8, highestSequence);
        Bytes.put32(to, off + 12, jitter());
        Bytes.put32(to, off + 16, reported ? lastSenderReport : 0);
        Bytes.put32(to, off + 20, reported ? NtpTime.compactDuration(nowNs - lastSenderReportNs) : 0);
        return REPORT_BLOCK_BYTES;
    }

    public long ssrc() {
        return ssrc;
    }

    /** As the last report block said it, in 1/256. */
    public int fractionLost() {
        return fractionLost;
    }

    /** Packets that the sequence numbers say were sent, over all restarts of the sender. */
    public long expectedPackets() {
        return earlierExpected + runExpected();
    }

    /** Packets that came, over all restarts of the sender. */
    public long receivedPackets() {
        return earlierReceived + runReceived;
    }

    /** Interarrival jitter in units of the stream's clock. */
    public long jitter() {
        return jitterTimes16 >> 4;
    }

    private long runExpected() {
        return started ? highestSequence - baseSequence + 1 : 0;
    }

    private void startRun(int sequenceNumber) {
        baseSequence = sequenceNumber;
        highestSequence = sequenceNumber;
        badSequence = NO_SEQUENCE;
        runReceived = 0;
        priorExpected = 0;
        priorReceived = 0;
    }

    /** RFC 3550's update_seq: false for a packet that fits nowhere, until the next one confirms it. */
    private boolean takeSequence(int sequenceNumber) {
        int step = sequenceNumber - (int) highestSequence & SEQUENCES - 1;
        if (step < MAX_DROPOUT) {
            highestSequence += step;
        } else if (step <= SEQUENCES - MAX_MISORDER) {
            if (sequenceNumber != badSequence) {
                badSequence = sequenceNumber + 1 & SEQUENCES - 1;
                return false;
            }
            earlierExpected += runExpected();
            earlierReceived += runReceived;
            startRun(sequenceNumber);
        }
        return true;
    }

    /** Arrival less timestamp in clock units, modulo 2^32: only its changes mean something. */
    private int transit(long timestamp, long arrivalNs) {
        long sinceFirstNs = arrivalNs - firstArrivalNs;
        long units = sinceFirstNs / NANOS_PER_SECOND * clockRate
                + sinceFirstNs % NANOS_PER_SECOND * clockRate / NANOS_PER_SECOND;
        return (int) units - (int) timestamp;
    }
}
