package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.congestion.RembEstimator;
import dev.sluice.engine.congestion.TransportCcRecorder;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtcp.RtcpWriter;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PayloadDescription;
import dev.sluice.engine.rtp.RtpHeader;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The publishing side of a peer: takes RTP into the logs of its publication and tells the browser what it needs to
 * know (reports, congestion feedback, key frame requests). Confined to one media loop, {@link #publication} excepted.
 */
public final class Publisher {
    /** A publisher from which nothing comes for this long counts as gone for its players. */
    public static final long SILENCE_NS = 5_000_000_000L;
    /** Key frame requests go out at most this often. */
    static final long KEY_FRAME_REQUEST_INTERVAL_NS = 500_000_000L;

    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;
    /** Leaves room for the report and source description before it and SRTCP's overhead behind. */
    private static final int FEEDBACK_ROOM_BYTES = 1_100;

    /** An SSRC must have been quiet this long before another one may take its track (RFC 3550 section 8.2). */
    private static final long SSRC_CHANGE_NS = 2_000_000_000L;

    private final LiveStream stream;
    private final LogMemory memory;
    private final Doorbell loop;
    private final long localSsrc;
    private final byte[] cname;
    private final RtpHeader header = new RtpHeader();
    private final RtcpReader rtcp = new RtcpReader();
    private List<PublishTrack> negotiated;
    private InboundTrack[] tracks = new InboundTrack[0];
    private TransportCcRecorder transportCc;
    /** Feedback names a stream that is sent (RFC 4585 section 6.1): the newest packet's, as libwebrtc does. */
    private long transportCcSsrc;

    private RembEstimator remb;
    private long[] rembSsrcs;
    private volatile Publication publication;

    private boolean appended;
    private boolean silent;
    private long lastPacketNs;
    private long nextReportNs;
    private long servedKeyFrameRequests;
    private long lastKeyFrameRequestNs;
    private int firSequence;

    /**
     * @param negotiated the answered tracks
     * @param localSsrc the SSRC that our RTCP is sent from
     */
    public Publisher(
            LiveStream stream,
            List<PublishTrack> negotiated,
            LogMemory memory,
            Doorbell loop,
            long localSsrc,
            byte[] cname,
            long nowNs) {
        this.stream = stream;
        this.memory = memory;
        this.loop = loop;
        this.localSsrc = localSsrc;
        this.cname = cname;
        this.lastKeyFrameRequestNs = nowNs - KEY_FRAME_REQUEST_INTERVAL_NS;
        this.negotiated = negotiated;
    }

    /**
     * Null before the peer is connected: whoever can write an offer must not cost the memory of logs. Another object once
     * the source of a track changed. Safe for many threads.
     */
    public Publication publication() {
        return publication;
    }

    public LiveStream stream() {
        return stream;
    }

    /** Another offer changed the tracks: a new publication, in which every track waits for its first packet. */
    public void renegotiate(List<PublishTrack> changed, long nowNs) {
        negotiated = changed;
        Publication old = publication;
        if (old != null) {
            configure(nowNs);
            old.release();
        }
    }

    private void configure(long nowNs) {
        tracks = new InboundTrack[negotiated.size()];
        rembSsrcs = new long[tracks.length];
        PublicationClock clock = new PublicationClock();
        boolean useTransportCc = false;
        boolean useRemb = false;
        for (int i = 0; i < tracks.length; i++) {
            PublishTrack track = negotiated.get(i);
            tracks[i] = new InboundTrack(track, memory.open(track, clock));
            useTransportCc |= tracks[i].transportCcId() != 0 && track.transportCc();
            useRemb |= track.remb();
        }
        transportCc = useTransportCc ? new TransportCcRecorder() : null;
        remb = useRemb && !useTransportCc ? new RembEstimator(nowNs) : null;
        servedKeyFrameRequests = 0;
        publication = new Publication(published(MediaKind.AUDIO), published(MediaKind.VIDEO), loop);
    }

    private PublishedTrack published(MediaKind kind) {
        for (InboundTrack track : tracks) {
            if (track.negotiated().kind() == kind) {
                return track.published();
            }
        }
        return null;
    }

    void onConnected(long nowNs) {
        configure(nowNs);
        lastPacketNs = nowNs;
        nextReportNs = nowNs + REPORT_INTERVAL_NS;
    }

    /** One decrypted RTP packet. Returns 0 or a {@link DropReason} code. */
    int onRtp(MemorySegment packet, long offset, int lengthBytes, long nowNs, Peer peer, PeerSink sink) {
        int parsed = header.parse(packet, offset, lengthBytes);
        if (parsed < 0) {
            return parsed;
        }
        InboundTrack track = trackOf(nowNs, peer, sink);
        if (track == null) {
            return DropReason.RTP_UNKNOWN_SSRC.code();
        }
        if (!track.acceptsPayloadType(header.payloadType())) {
            return DropReason.RTP_UNKNOWN_PAYLOAD_TYPE.code();
        }
        if (transportCc != null) {
            recordTransportCc(track, nowNs);
        }
        if (remb != null) {
            remb.onPacket(lengthBytes);
        }
        onAlive(nowNs, peer, sink);
        appended = true;
        return track.append(header, describe(track), nowNs);
    }

    private void recordTransportCc(InboundTrack track, long nowNs) {
        long element = track.transportCcId() == 0 ? -1 : header.extension(track.transportCcId());
        if (element != -1 && header.elementLength() == 2) {
            transportCc.onPacket(Bytes.u16(header.segment(), element), nowNs);
            transportCcSsrc = header.ssrc();
        }
    }

    private void onAlive(long nowNs, Peer peer, PeerSink sink) {
        lastPacketNs = nowNs;
        if (silent) {
            silent = false;
            sink.onSilence(peer, false);
        }
    }

    /** Reads the payload's head; a key frame serves all requests made until now. */
    private int describe(InboundTrack track) {
        PublishedTrack published = track.published();
        Codec codec = header.payloadType() == track.negotiated().redPayloadType() ? Codec.RED : published.codec();
        int description = codec.describe(header.segment(), header.payloadOffset(), header.payloadLength());
        if (PayloadDescription.startsKeyFrame(description)) {
            servedKeyFrameRequests = publication.keyFrameRequests();
        }
        if (PayloadDescription.carriesDimensions(description)) {
            published.dimensions(codec.dimensions(header.segment(), header.payloadOffset(), header.payloadLength()));
        }
        return description;
    }

    private InboundTrack trackOf(long nowNs, Peer peer, PeerSink sink) {
        long ssrc = header.ssrc();
        for (InboundTrack track : tracks) {
            if (track.ssrc() == ssrc) {
                return track;
            }
        }
        InboundTrack track = trackOfNewSsrc(ssrc);
        if (track == null || !track.acceptsPayloadType(header.payloadType())) {
            return null;
        }
        if (track.ssrc() == InboundTrack.NO_SSRC) {
            track.latch(ssrc, track.published());
            return track;
        }
        if (nowNs - track.lastPacketNs() < SSRC_CHANGE_NS) {
            return null;
        }
        republish(track, ssrc, peer, sink);
        return track;
    }

    /** By the SSRCs of the offer, else by MID (RFC 9143), else by payload type, which is unique under BUNDLE. */
    private InboundTrack trackOfNewSsrc(long ssrc) {
        for (InboundTrack track : tracks) {
            if (track.declares(ssrc)) {
                return track;
            }
        }
        for (InboundTrack track : tracks) {
            if (track.isNamedBy(header)) {
                return track;
            }
        }
        for (InboundTrack track : tracks) {
            if (track.acceptsPayloadType(header.payloadType())) {
                return track;
            }
        }
        return null;
    }

    private void republish(InboundTrack track, long ssrc, Peer peer, PeerSink sink) {
        PublishedTrack old = track.published();
        PublicationClock clock = old.publicationClock();
        track.latch(ssrc, memory.open(track.negotiated(), clock));
        old.log().release();
        servedKeyFrameRequests = 0;
        publication = new Publication(published(MediaKind.AUDIO), published(MediaKind.VIDEO), loop);
        sink.onRepublished(peer);
    }

    /** One decrypted compound RTCP packet. Returns 0 or a {@link DropReason} code. */
    int onRtcp(MemorySegment packet, long offset, int lengthBytes, long nowNs, Peer peer, PeerSink sink) {
        onAlive(nowNs, peer, sink);
        int kind = rtcp.open(packet, offset, lengthBytes);
        while (kind >= 0 && (kind = rtcp.next()) > RtcpReader.END) {
            if (kind == RtcpReader.SENDER_REPORT) {
                onSenderReport(nowNs);
            }
        }
        return Math.min(kind, 0);
    }

    private void onSenderReport(long nowNs) {
        for (InboundTrack track : tracks) {
            if (track.ssrc() == rtcp.senderSsrc()) {
                track.stats().onSenderReport(rtcp.ntpTime(), nowNs);
                track.published().clock().onSenderReport(rtcp.ntpTime(), rtcp.rtpTimestamp(), nowNs);
            }
        }
    }

    /** Whether packets were appended since the last call: then other loops' players want to know. */
    public boolean takeAppended() {
        boolean result = appended;
        appended = false;
        return result;
    }

    /** Whether players wait for a key frame that has not been asked for yet. */
    public boolean wantsKeyFrameRequest(long nowNs) {
        return publication.keyFrameRequests() != servedKeyFrameRequests
                && nowNs - lastKeyFrameRequestNs >= KEY_FRAME_REQUEST_INTERVAL_NS;
    }

    void onTimeout(long nowNs, Peer peer, PeerSink sink) {
        if (!silent && nowNs - lastPacketNs >= SILENCE_NS) {
            silent = true;
            sink.onSilence(peer, true);
        }
        if (wantsKeyFrameRequest(nowNs)) {
            writeKeyFrameRequest(nowNs, peer, sink);
        }
        if (transportCc != null && transportCc.isPending() && nowNs - transportCc.deadlineNs() >= 0) {
            writeTransportCc(peer, sink);
        }
        if (nowNs - nextReportNs >= 0) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
            writeReport(nowNs, peer, sink);
        }
    }

    private void writeKeyFrameRequest(long nowNs, Peer peer, PeerSink sink) {
        for (InboundTrack track : tracks) {
            if (!track.isVideo() || track.ssrc() == InboundTrack.NO_SSRC) {
                continue;
            }
            lastKeyFrameRequestNs = nowNs;
            EgressBatch egress = sink.egress(1);
            MemorySegment out = egress.segment();
            long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
            int length = RtcpWriter.writeReceiverReport(out, at, localSsrc, 0);
            length += RtcpWriter.writeSourceDescription(out, at + length, localSsrc, cname);
            length += track.negotiated().nackPli() || !track.negotiated().ccmFir()
                    ? RtcpWriter.writePli(out, at + length, localSsrc, track.ssrc())
                    : RtcpWriter.writeFir(out, at + length, localSsrc, track.ssrc(), firSequence++);
            peer.commitRtcp(egress, at, length, sink);
            sink.counters().increment(Counter.KEY_FRAME_REQUESTS_SENT);
        }
    }

    private void writeTransportCc(Peer peer, PeerSink sink) {
        while (transportCc.isPending()) {
            EgressBatch egress = sink.egress(1);
            MemorySegment out = egress.segment();
            long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
            int length = RtcpWriter.writeReceiverReport(out, at, localSsrc, 0);
            length += RtcpWriter.writeSourceDescription(out, at + length, localSsrc, cname);
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
        if (remb != null && nowNs - remb.deadlineNs() >= 0) {
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
        boolean due = remb.onTimeout(nowNs, expected, received);
        return due ? RtcpWriter.writeRemb(out, at, localSsrc, remb.bitrateBps(), rembSsrcs, known) : 0;
    }

    long deadlineNs() {
        long deadline = nextReportNs;
        if (transportCc != null && transportCc.isPending() && transportCc.deadlineNs() - deadline < 0) {
            deadline = transportCc.deadlineNs();
        }
        if (publication.keyFrameRequests() != servedKeyFrameRequests) {
            long next = lastKeyFrameRequestNs + KEY_FRAME_REQUEST_INTERVAL_NS;
            if (next - deadline < 0) {
                deadline = next;
            }
        }
        return deadline;
    }

    void close() {
        if (publication != null) {
            publication.release();
        }
    }
}
