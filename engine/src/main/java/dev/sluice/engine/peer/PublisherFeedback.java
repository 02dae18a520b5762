package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.congestion.RembEstimator;
import dev.sluice.engine.congestion.TransportCcRecorder;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.peer.PeerStats.Value;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtcp.RtcpWriter;
import dev.sluice.engine.rtp.RtpHeader;
import java.lang.foreign.MemorySegment;

/**
 * What a publisher is told by RTCP: how its packets arrived, what bitrate its way carries, that a key frame is wanted.
 * Confined to one media loop.
 */
final class PublisherFeedback {
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;
    /** Leaves room for the report and source description before it and SRTCP's overhead behind. */
    private static final int FEEDBACK_ROOM_BYTES = 1_100;

    /** What a REMB says that takes a former limit back: libwebrtc keeps to the last one for good. */
    private static final long NO_LIMIT_BPS = 1_000_000_000L;

    /** Packets asked for with one datagram: they fit into it however they lie. */
    private static final int MAX_NACKS = 250;

    private final long localSsrc;
    private final byte[] cname;
    private final InboundTrack[] tracks;
    private final TransportCcRecorder transportCc;
    private final RembEstimator remb;
    /** Said by REMB beside transport-wide feedback, where it caps the publisher's own estimate; 0 for none. */
    private long limitBps;

    private final long[] rembSsrcs;
    /** Feedback names a stream that is sent (RFC 4585 section 6.1): the newest packet's, as libwebrtc does. */
    private long transportCcSsrc;

    private final long[] missing = new long[MAX_NACKS];

    private long nextReportNs;
    /** By its echo of our last reference time; −1 while unknown. */
    private long roundTripNs = -1;

    /**
     * @param localSsrc the SSRC that our RTCP is sent from
     * @param minBps no REMB says less; 0: the usual least
     * @param maxBps nor more; one is sent beside transport-wide feedback, too, when it was agreed on. 0: the usual most
     */
    PublisherFeedback(long localSsrc, byte[] cname, InboundTrack[] tracks, long minBps, long maxBps, long nowNs) {
        this.localSsrc = localSsrc;
        this.cname = cname;
        this.tracks = tracks;
        this.rembSsrcs = new long[tracks.length];
        this.nextReportNs = nowNs + REPORT_INTERVAL_NS;
        boolean useTransportCc = false;
        boolean useRemb = false;
        for (InboundTrack track : tracks) {
            useTransportCc |= track.transportCcId() != 0 && track.negotiated().transportCc();
            useRemb |= track.negotiated().remb();
        }
        transportCc = useTransportCc ? new TransportCcRecorder() : null;
        remb = useRemb && !useTransportCc ? estimator(minBps, maxBps, nowNs) : null;
        limitBps = useRemb && useTransportCc ? maxBps : 0;
    }

    private static RembEstimator estimator(long minBps, long maxBps, long nowNs) {
        return new RembEstimator(leastBps(minBps, maxBps), mostBps(minBps, maxBps), nowNs);
    }

    private static long leastBps(long minBps, long maxBps) {
        return minBps > 0 ? minBps : Math.min(RembEstimator.MIN_BITRATE_BPS, maxBps > 0 ? maxBps : Long.MAX_VALUE);
    }

    private static long mostBps(long minBps, long maxBps) {
        return maxBps > 0 ? maxBps : Math.max(leastBps(minBps, maxBps), RembEstimator.MAX_BITRATE_BPS);
    }

    /** Other bitrates, as far as the publisher agreed on REMB; as in the constructor. */
    void limit(long minBps, long maxBps) {
        if (remb != null) {
            remb.limit(leastBps(minBps, maxBps), mostBps(minBps, maxBps));
        } else if (limitBps > 0) {
            limitBps = maxBps > 0 ? maxBps : NO_LIMIT_BPS;
        }
    }

    /** A packet of this track came. */
    void onPacket(RtpHeader header, InboundTrack track, long nowNs) {
        if (transportCc != null && track.transportCcId() != 0) {
            long element = header.extension(track.transportCcId());
            if (element != -1 && header.elementLength() == 2) {
                transportCcSsrc = header.ssrc();
                transportCc.onPacket(Bytes.u16(header.segment(), element), nowNs);
            }
        }
        if (remb != null) {
            remb.onPacket(header.lengthBytes());
        }
    }

    /** The publisher's echoes of reference times. */
    void onEchoes(RtcpReader reader, long nowNs) {
        for (int i = 0; i < reader.count(); i++) {
            if (reader.ssrc(i) == localSsrc) {
                long shownNs = NtpTime.roundTripNs(
                        NtpTime.ofUnixNs(nowNs), reader.lastReferenceTime(i), reader.delaySinceLastReferenceTime(i));
                roundTripNs = shownNs >= 0 ? shownNs : roundTripNs;
            }
        }
    }

    /** Sends what is due of reports and congestion feedback. */
    void onTimeout(long nowNs, Peer peer, PeerSink sink) {
        if (transportCc != null && transportCc.isPending() && nowNs - transportCc.deadlineNs() >= 0) {
            writeTransportCc(peer, sink);
        }
        for (InboundTrack track : tracks) {
            if (track.repair() != null && track.repair().missing().isPending()) {
                writeNack(track, nowNs, peer, sink);
            }
        }
        if (nowNs - nextReportNs >= 0) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
            tell(peer.stats());
            writeReport(nowNs, peer, sink);
        }
    }

    private void writeNack(InboundTrack track, long nowNs, Peer peer, PeerSink sink) {
        int count = track.repair().missing().takeDue(nowNs, missing);
        if (count == 0) {
            return;
        }
        EgressBatch egress = sink.egress(1);
        MemorySegment out = egress.segment();
        long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
        int length = writeHead(out, at);
        length += RtcpWriter.writeNack(out, at + length, localSsrc, track.ssrc(), missing, count);
        peer.commitRtcp(egress, at, length, sink);
        sink.counters().add(Counter.NACKS_SENT, count);
        peer.stats().add(Value.NACKED, count);
    }

    /** What is known of the publisher's way and of what it brought, for whoever asks; before the next report is written. */
    void tell(PeerStats stats) {
        int worst = 0;
        long repairNs = -1;
        for (InboundTrack track : tracks) {
            track.tell(stats);
            if (track.stats() != null) {
                worst = Math.max(worst, track.stats().fractionLost());
            }
            if (track.repair() != null) {
                repairNs = Math.max(repairNs, track.repair().missing().roundTripNs());
            }
        }
        stats.set(Value.LOST_OF_256, worst);
        stats.set(Value.ROUND_TRIP_NS, roundTripNs >= 0 ? roundTripNs : repairNs);
    }

    private boolean isMissingSomething() {
        for (InboundTrack track : tracks) {
            if (track.repair() != null && track.repair().missing().isPending()) {
                return true;
            }
        }
        return false;
    }

    /** While packets are missing, each tick of the loop is a time to look at them. */
    long deadlineNs(long nowNs) {
        if (isMissingSomething()) {
            return nowNs;
        }
        boolean feedbackFirst =
                transportCc != null && transportCc.isPending() && transportCc.deadlineNs() - nextReportNs < 0;
        return feedbackFirst ? transportCc.deadlineNs() : nextReportNs;
    }

    /** Asks for a key frame of one layer. */
    void writeKeyFrameRequest(InboundTrack track, long nowNs, Peer peer, PeerSink sink) {
        int request = track.onKeyFrameAsked(nowNs);
        EgressBatch egress = sink.egress(1);
        MemorySegment out = egress.segment();
        long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
        int length = writeHead(out, at);
        length += track.negotiated().nackPli() || !track.negotiated().ccmFir()
                ? RtcpWriter.writePli(out, at + length, localSsrc, track.ssrc())
                : RtcpWriter.writeFir(out, at + length, localSsrc, track.ssrc(), request);
        peer.commitRtcp(egress, at, length, sink);
        sink.counters().increment(Counter.KEY_FRAME_REQUESTS_SENT);
        peer.stats().add(Value.KEY_FRAME_REQUESTS, 1);
    }

    /** A compound packet begins with a report and names its sender (RFC 3550 section 6.1). */
    private int writeHead(MemorySegment out, long at) {
        int length = RtcpWriter.writeReceiverReport(out, at, localSsrc, 0);
        return length + RtcpWriter.writeSourceDescription(out, at + length, localSsrc, cname);
    }

    private void writeTransportCc(Peer peer, PeerSink sink) {
        while (transportCc.isPending()) {
            EgressBatch egress = sink.egress(1);
            MemorySegment out = egress.segment();
            long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
            int length = writeHead(out, at);
            length += transportCc.writeFeedback(out, at + length, FEEDBACK_ROOM_BYTES, localSsrc, transportCcSsrc);
            peer.commitRtcp(egress, at, length, sink);
        }
    }

    private void writeReport(long nowNs, Peer peer, PeerSink sink) {
        EgressBatch egress = sink.egress(1);
        MemorySegment out = egress.segment();
        long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
        int blocks = 0;
        for (InboundTrack track : tracks) {
            blocks += track.stats() == null ? 0 : 1;
        }
        int length = RtcpWriter.writeReceiverReport(out, at, localSsrc, blocks);
        for (InboundTrack track : tracks) {
            if (track.stats() != null) {
                length += track.stats().writeReportBlock(out, at + length, nowNs);
            }
        }
        length += RtcpWriter.writeSourceDescription(out, at + length, localSsrc, cname);
        length += RtcpWriter.writeReferenceTime(out, at + length, localSsrc, NtpTime.ofUnixNs(nowNs));
        if (limitBps > 0 || remb != null && nowNs - remb.deadlineNs() >= 0) {
            length += writeRemb(out, at + length, nowNs);
        }
        peer.commitRtcp(egress, at, length, sink);
    }

    private int writeRemb(MemorySegment out, long at, long nowNs) {
        long expected = 0;
        long received = 0;
        int known = 0;
        for (InboundTrack track : tracks) {
            if (track.stats() != null) {
                expected += track.stats().expectedPackets();
                received += track.stats().receivedPackets();
                rembSsrcs[known++] = track.ssrc();
            }
        }
        if (limitBps > 0) {
            return known > 0 ? RtcpWriter.writeRemb(out, at, localSsrc, limitBps, rembSsrcs, known) : 0;
        }
        boolean due = remb.onTimeout(nowNs, expected, received);
        return due ? RtcpWriter.writeRemb(out, at, localSsrc, remb.bitrateBps(), rembSsrcs, known) : 0;
    }
}
