package dev.sluice.engine.peer;

import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PayloadDescription;
import dev.sluice.engine.rtp.RtpHeader;
import dev.sluice.engine.rtp.RtxPacket;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The publishing side of a peer: takes RTP into the logs of its publication and tells the browser what it needs to
 * know (reports, congestion feedback, key frame requests). Confined to one media loop, {@link #publication} and
 * {@link #want} excepted.
 */
public final class Publisher {
    /** A publisher from which nothing comes for this long counts as gone for its players, unless it is told otherwise. */
    public static final long SILENCE_NS = 5_000_000_000L;
    /** Key frame requests go out at most this often. */
    static final long KEY_FRAME_REQUEST_INTERVAL_NS = 500_000_000L;

    /** An SSRC must have been quiet this long before another one may take its track (RFC 3550 section 8.2). */
    private static final long SSRC_CHANGE_NS = 2_000_000_000L;

    /** How often it is looked at what the layers carry. */
    private static final long LAYER_CHECK_NS = 200_000_000L;
    /** A layer from which nothing came for this long while others flowed was given up by the publisher. */
    private static final long LAYER_STALL_NS = 700_000_000L;

    private final LiveStream stream;
    private final LogMemory memory;
    private final Doorbell loop;
    private final long localSsrc;
    private final byte[] cname;
    private final RtpHeader header = new RtpHeader();
    /** A packet that waited for one before it. */
    private final RtpHeader held = new RtpHeader();

    private final RtcpReader rtcp = new RtcpReader();
    private volatile PublisherWishes wanted = PublisherWishes.NONE;
    /** What of that it goes by. */
    private PublisherWishes wishes = PublisherWishes.NONE;

    private List<PublishTrack> negotiated;
    private InboundTracks tracks = InboundTracks.NONE;
    private PublisherFeedback feedback;
    private final KeyFrameTimes keyFrames = new KeyFrameTimes();
    private volatile Publication publication;

    private boolean busy;
    private boolean appended;
    private boolean released;
    private boolean silent;
    private long lastPacketNs;
    private long nextLayerCheckNs;
    private long nextClockNs;

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
        this.nextLayerCheckNs = nowNs;
        this.negotiated = negotiated;
    }

    /** What it goes by, once it is connected from its next timer on: a second later at most. Safe for many threads. */
    public void want(PublisherWishes next) {
        wanted = next;
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

    /** Another offer changed the tracks: those that stayed the same go on, others wait for their first packet. */
    public void renegotiate(List<PublishTrack> changed, long nowNs) {
        negotiated = changed;
        if (publication != null) {
            configure(nowNs);
        }
    }

    private void configure(long nowNs) {
        takeWishes(nowNs);
        tracks = tracks.after(negotiated, memory, nowNs);
        feedback = new PublisherFeedback(localSsrc, cname, tracks.all(), wishes.minBps(), wishes.maxBps(), nowNs);
        publication = tracks.publish(loop, keyFrames);
    }

    /** @param roundTripNs as the handshake showed it, negative when unknown */
    void onConnected(long roundTripNs, long nowNs) {
        keyFrames.onConnected(roundTripNs);
        configure(nowNs);
        lastPacketNs = nowNs;
    }

    private void takeWishes(long nowNs) {
        PublisherWishes next = wanted;
        if (next.keyFrameIntervalNs() != wishes.keyFrameIntervalNs()) {
            nextClockNs = nowNs + next.keyFrameIntervalNs();
        }
        wishes = next;
    }

    /** One decrypted RTP packet. Returns 0 or a {@link DropReason} code. */
    int onRtp(MemorySegment packet, long offset, int lengthBytes, long nowNs, Peer peer, PeerSink sink) {
        int parsed = header.parse(packet, offset, lengthBytes);
        if (parsed < 0) {
            return parsed;
        }
        InboundTrack original = tracks.retransmitted(header);
        if (original != null) {
            return onRetransmission(original, nowNs, peer, sink);
        }
        InboundTrack track = trackOf(nowNs, peer, sink);
        if (track == null) {
            return DropReason.RTP_UNKNOWN_SSRC.code();
        }
        if (!track.acceptsPayloadType(header.payloadType())) {
            return DropReason.RTP_UNKNOWN_PAYLOAD_TYPE.code();
        }
        feedback.onPacket(header, track, nowNs);
        onAlive(nowNs, peer, sink);
        return take(track, track.onPacket(header, nowNs), nowNs, peer, sink);
    }

    /** Retransmissions are also what libwebrtc probes a way with: what is not missing was here before. */
    private int onRetransmission(InboundTrack track, long nowNs, Peer peer, PeerSink sink) {
        feedback.onPacket(header, track, nowNs);
        onAlive(nowNs, peer, sink);
        if (RtxPacket.originalSequence(header) < 0) {
            return 0;
        }
        if (track.repair() == null) {
            return DropReason.RTP_UNKNOWN_SSRC.code();
        }
        int restored =
                RtxPacket.restore(header, track.ssrc(), track.negotiated().payloadType());
        if (restored < 0) {
            return restored;
        }
        long extended = track.extend(header);
        return track.repair().missing().isMissing(extended)
                ? take(track, extended, nowNs, peer, sink)
                : DropReason.RTP_DUPLICATE.code();
    }

    /** Into the log, in order where the wait for what is missing is short. */
    private int take(InboundTrack track, long extended, long nowNs, Peer peer, PeerSink sink) {
        InboundRepair repair = track.repair();
        if (repair == null) {
            return append(track, header, extended, nowNs);
        }
        if (repair.missing().isMissing(extended)) {
            sink.counters().increment(Counter.RTP_REPAIRED);
            peer.stats().add(PeerStats.Value.REPAIRED, 1);
        }
        int order = repair.onPacket(header, extended, nowNs);
        if (order == InboundRepair.DUPLICATE) {
            return DropReason.RTP_DUPLICATE.code();
        }
        int result = 0;
        if (order == InboundRepair.FORWARD) {
            result = append(track, header, extended, nowNs);
        }
        appendHeld(track, nowNs);
        if (order == InboundRepair.FORWARD_LAST) {
            result = append(track, header, extended, nowNs);
            repair.onFlushed(extended);
        }
        return result;
    }

    private void appendHeld(InboundTrack track, long nowNs) {
        while (track.repair().poll(held, nowNs)) {
            append(track, held, track.repair().polledSequence(), nowNs);
        }
    }

    private int append(InboundTrack track, RtpHeader packet, long extended, long nowNs) {
        appended = true;
        released |= !track.isVideo() || packet.marker();
        PublishedTrack published = track.published();
        boolean began = !published.isFlowing();
        int description = describe(track, packet, extended);
        long requests = published.keyFrameRequests();
        long position = track.append(packet, description, extended, nowNs);
        if (position < 0) {
            return (int) position;
        }
        if (PayloadDescription.startsKeyFrame(description) && published.log().keyFramePosition() == position) {
            track.onKeyFrame(requests);
            keyFrames.onKeyFrame(nowNs);
            nextClockNs = nowNs + wishes.keyFrameIntervalNs();
        }
        if (began && track.isVideo()) {
            publication.videoLayers().update();
        }
        return 0;
    }

    private void onAlive(long nowNs, Peer peer, PeerSink sink) {
        lastPacketNs = nowNs;
        if (silent) {
            silent = false;
            sink.onSilence(peer, false);
        }
    }

    private static int describe(InboundTrack track, RtpHeader packet, long extended) {
        PublishedTrack published = track.published();
        Codec codec = packet.payloadType() == track.negotiated().redPayloadType() ? Codec.RED : published.codec();
        int description = codec.describe(packet.segment(), packet.payloadOffset(), packet.payloadLength());
        if (PayloadDescription.carriesDimensions(description)) {
            published.dimensions(codec.dimensions(packet.segment(), packet.payloadOffset(), packet.payloadLength()));
        }
        return description | track.layerBits(packet, extended);
    }

    private InboundTrack trackOf(long nowNs, Peer peer, PeerSink sink) {
        long ssrc = header.ssrc();
        InboundTrack known = tracks.ofSsrc(ssrc);
        if (known != null) {
            return known;
        }
        InboundTrack track = tracks.ofNewSsrc(header);
        if (track == null || !track.acceptsPayloadType(header.payloadType())) {
            return null;
        }
        if (track.ssrc() == InboundTrack.NO_SSRC) {
            track.latch(ssrc, track.published());
            peer.onMedia(stream, nowNs);
            return track;
        }
        if (nowNs - track.lastPacketNs() < SSRC_CHANGE_NS) {
            return null;
        }
        return republish(track, ssrc, peer, sink) ? track : null;
    }

    /** False when there is no memory for another log: the next packet asks again. */
    private boolean republish(InboundTrack track, long ssrc, Peer peer, PeerSink sink) {
        PublishedTrack old = track.published();
        PublishedTrack fresh;
        try {
            fresh = memory.open(track.negotiated(), old.slot(), old.publicationClock());
        } catch (LogMemoryException e) {
            return false;
        }
        track.latch(ssrc, fresh);
        old.log().release();
        publication = tracks.publish(loop, keyFrames);
        sink.onRepublished(peer);
        return true;
    }

    /** One decrypted compound RTCP packet. Returns 0 or a {@link DropReason} code. */
    int onRtcp(MemorySegment packet, long offset, int lengthBytes, long nowNs, Peer peer, PeerSink sink) {
        onAlive(nowNs, peer, sink);
        int kind = rtcp.open(packet, offset, lengthBytes);
        while (kind >= 0 && (kind = rtcp.next()) > RtcpReader.END) {
            if (kind == RtcpReader.SENDER_REPORT) {
                onSenderReport(nowNs);
            } else if (kind == RtcpReader.DLRR) {
                feedback.onEchoes(rtcp, nowNs);
            }
        }
        return Math.min(kind, 0);
    }

    private void onSenderReport(long nowNs) {
        InboundTrack track = tracks.ofSsrc(rtcp.senderSsrc());
        if (track != null) {
            track.stats().onSenderReport(rtcp.ntpTime(), nowNs);
            track.published().clock().onSenderReport(rtcp.ntpTime(), rtcp.rtpTimestamp(), nowNs);
        }
    }

    /** Lets go what was held long enough, and tells the players' groups, here and on other loops, what is new since the last call. */
    public void tellReaders(long nowNs) {
        for (InboundTrack track : tracks.all()) {
            if (track.repair() != null && track.repair().waitLeftNs(nowNs) <= 0) {
                appendHeld(track, nowNs);
            }
            released |= track.releaseDue(nowNs);
        }
        tell();
    }

    private void tell() {
        if (appended || released) {
            stream.tellReaders(loop, released);
            appended = false;
            released = false;
        }
    }

    /** Whether {@link #tellReaders} is to be called: after each datagram, and while something is held. */
    public boolean isBusy() {
        return busy;
    }

    public void setBusy(boolean busy) {
        this.busy = busy;
    }

    /** Nanoseconds until a part of a frame, or what waits for a lost packet, is held no longer; at most 0 when it is due. */
    public long holdLeftNs(long nowNs) {
        return tracks.holdLeftNs(nowNs);
    }

    /** Whether players wait for a key frame that has not been asked for yet. */
    public boolean wantsKeyFrameRequest(long nowNs) {
        return tracks.wantKeyFrameRequest(nowNs);
    }

    /** What is not coming any more, a key frame must make up for: asked for only while somebody watches. */
    private void makeUpForLost() {
        for (InboundTrack track : tracks.all()) {
            if (track.repair() != null
                    && track.repair().missing().takeGivenUp()
                    && track.published().log().isRead()) {
                publication.requestKeyFrame(track.published());
            }
        }
    }

    void onTimeout(long nowNs, Peer peer, PeerSink sink) {
        if (wanted != wishes) {
            takeWishes(nowNs);
            feedback.limit(wishes.minBps(), wishes.maxBps());
        }
        makeUpForLost();
        if (!silent && nowNs - lastPacketNs >= wishes.silenceNs()) {
            silent = true;
            for (InboundTrack track : tracks.all()) {
                track.onSilence();
            }
            sink.onSilence(peer, true);
        }
        if (wishes.keyFrameIntervalNs() > 0 && nowNs - nextClockNs >= 0) {
            nextClockNs = nowNs + wishes.keyFrameIntervalNs();
            for (InboundTrack track : tracks.all()) {
                if (track.isVideo() && track.published().log().isRead()) {
                    publication.requestKeyFrame(track.published());
                }
            }
        }
        for (InboundTrack track : tracks.all()) {
            if (track.isKeyFrameRequestDue(nowNs)) {
                feedback.writeKeyFrameRequest(track, nowNs, peer, sink);
                keyFrames.onRequestSent(nowNs);
            }
        }
        if (nowNs - nextLayerCheckNs >= 0) {
            nextLayerCheckNs = nowNs + LAYER_CHECK_NS;
            checkLayers(nowNs);
        }
        feedback.onTimeout(nowNs, peer, sink);
    }

    /**
     * All layers are of one camera: one that brings nothing while another does was given up, for want of bitrate or of
     * pixels, or was never begun.
     */
    private void checkLayers(long nowNs) {
        if (!publication.isLayered()) {
            return;
        }
        for (InboundTrack track : tracks.all()) {
            if (track.isLayer() && track.published().isFlowing() && nowNs - track.lastPacketNs() >= LAYER_STALL_NS) {
                for (InboundTrack other : tracks.all()) {
                    if (other.isLayer() && other.hasBrought(nowNs - LAYER_CHECK_NS)) {
                        track.onSilence();
                    }
                }
            }
        }
        LayerPoint[] before = publication.videoLayers().points();
        publication.videoLayers().update();
        if (publication.videoLayers().points() != before) {
            stream.tellReaders(loop, true);
        }
    }

    long deadlineNs(long nowNs) {
        long deadline = feedback.deadlineNs(nowNs);
        if (wishes.keyFrameIntervalNs() > 0 && nextClockNs - deadline < 0) {
            deadline = nextClockNs;
        }
        for (InboundTrack track : tracks.all()) {
            if (track.isKeyFrameWanted() && track.nextKeyFrameRequestNs() - deadline < 0) {
                deadline = track.nextKeyFrameRequestNs();
            }
        }
        return publication.isLayered() && nextLayerCheckNs - deadline < 0 ? nextLayerCheckNs : deadline;
    }

    void close(Peer peer) {
        // What came with the goodbye.
        tell();
        if (feedback != null) {
            feedback.tell(peer.stats());
        }
        if (publication != null) {
            publication.release();
        }
    }
}
