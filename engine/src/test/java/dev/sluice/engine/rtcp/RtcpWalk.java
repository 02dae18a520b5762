package dev.sluice.engine.rtcp;

import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;

/** Reads everything there is in an RTCP datagram, as the engine would and more; what it throws is the reader's fault. */
final class RtcpWalk {
    private RtcpWalk() {}

    /** Returns a sum over all that was read, so that no read is left out. */
    static long walk(RtcpReader reader, MemorySegment s, long off, int len) {
        int code = reader.open(s, off, len);
        if (code != 0) {
            check(code == DropReason.RTCP_MALFORMED.code(), "another code than malformed");
            check(reader.next() == RtcpReader.END, "a refused datagram has packets");
            return 0;
        }
        long sum = 0;
        int packets = 0;
        int kind = reader.next();
        while (kind > 0) {
            packets++;
            check(kind <= RtcpReader.DLRR, "no such kind");
            for (int i = 0; i < reader.count(); i++) {
                sum += entry(reader, kind, i);
            }
            sum += switch (kind) {
                case RtcpReader.SENDER_REPORT -> reader.senderSsrc() + reader.ntpTime() + reader.rtpTimestamp();
                case RtcpReader.OTHER -> reader.count();
                case RtcpReader.NACK -> reader.senderSsrc() + reader.mediaSsrc();
                case RtcpReader.REMB -> reader.rembBps();
                case RtcpReader.TRANSPORT_CC -> feedback(reader);
                default -> reader.senderSsrc();
            };
            kind = reader.next();
        }
        check(kind == RtcpReader.END || kind == DropReason.RTCP_MALFORMED.code(), "another code than malformed");
        check(packets <= len / 4, "more packets than fit");
        return sum;
    }

    private static long feedback(RtcpReader reader) {
        TransportFeedbackReader feedback = new TransportFeedbackReader();
        int code = feedback.open(reader);
        check(code == 0 || code == DropReason.RTCP_MALFORMED.code(), "another code than malformed");
        long sum = 0;
        int statuses = 0;
        int status;
        while ((status = feedback.next()) != TransportFeedbackReader.END) {
            check(code == 0, "a refused feedback has packets");
            check(++statuses <= 0xffff, "feedback without an end");
            sum += feedback.sequence() + (status == TransportFeedbackReader.ARRIVED ? feedback.arrivalUs() : 0);
        }
        return sum;
    }

    private static long entry(RtcpReader reader, int kind, int index) {
        long sum = reader.ssrc(index);
        if (kind == RtcpReader.SENDER_REPORT || kind == RtcpReader.RECEIVER_REPORT) {
            sum += reader.fractionLost(index) + reader.cumulativeLost(index) + reader.highestSequence(index);
            sum += reader.jitter(index) + reader.lastSenderReport(index) + reader.delaySinceLastSenderReport(index);
        }
        if (kind == RtcpReader.DLRR) {
            sum += reader.lastReferenceTime(index) + reader.delaySinceLastReferenceTime(index);
        }
        if (kind == RtcpReader.NACK) {
            sum += reader.lostSequence(index) + reader.lostFollowing(index);
        }
        return sum;
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }
}
