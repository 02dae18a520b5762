package dev.sluice.engine.peer;

import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PayloadDescription;
import dev.sluice.engine.rtp.RtpHeader;
import dev.sluice.engine.rtp.RtxPacket;
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

    /** An SSRC must have been quiet this long before another one may take its track (RFC 3550 section 8.2). */
    private static final long SSRC_CHANGE_NS = 2_000_000_000L;

    private final LiveStream stream;
    private final LogMemory memory;
    private final Doorbell loop;
    private final long localSsrc;
    private final byte[] cname;
    private final RtpHeader header = new RtpHeader();
    /** A packet that waited for one before it. */
    private final RtpHeader held = new RtpHeader();

    private final RtcpReader rtcp = new RtcpReader();
    private long minBps;
    private long maxBps;
    private List<PublishTrack> negotiated;
    private InboundTrack[] tracks = new InboundTrack[0];
    private PublisherFeedback feedback;
    private final KeyFrameTimes keyFrames = new KeyFrameTimes();
    private volatile Publication publication;

    private boolean appended;
    private boolean released;
    private boolean silent;
    private long lastPacketNs;
    private long servedKeyFrameRequests;
    private long lastKeyFrameRequestNs;
    private int firSequence;
    private long clockIntervalNs;
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
        this.lastKeyFrameRequestNs = nowNs - KEY_FRAME_REQUEST_INTERVAL_NS;
        this.negotiated = negotiated;
    }

    /** Between which bitrates a REMB keeps, 0 for the usual ones; before the peer is connected. */
    public void limitBitrate(long leastBps, long mostBps) {
        minBps = leastBps;
        maxBps = mostBps;
    }

    /**
     * Null before the peer is connected: whoever can write an offer must not cost the memory of logs. Another object once
     * the source of a track changed. Safe for many threads.
     */
    public Publication publication() {
        return publication;
    }

    /** While there are players, asks for a key frame this long after the last one; 0 for never. */
    public void askForKeyFramesEvery(long intervalNs, long nowNs) {
        clockIntervalNs = intervalNs;
        nextClockNs = nowNs + intervalNs;
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
        InboundTrack[] before = tracks;
        PublicationClock clock = before.length == 0
                ? new PublicationClock()
                : before[0].published().publicationClock();
        tracks = new InboundTrack[negotiated.size()];
        for (int i = 0; i < tracks.length; i++) {
            InboundTrack same = take(before, negotiated.get(i));
            tracks[i] =
                    same != null ? same : new InboundTrack(negotiated.get(i), memory.open(negotiated.get(i), clock));
        }
        for (InboundTrack gone : before) {
            if (gone != null) {
                gone.published().log().release();
            }
        }
        feedback = new PublisherFeedback(localSsrc, cname, tracks, minBps, maxBps, nowNs);
        publishAnew();
    }

    /** The track with this description, out of the array, or null. */
    private static InboundTrack take(InboundTrack[] from, PublishTrack negotiated) {
        for (int i = 0; i < from.length; i++) {
            if (from[i] != null && from[i].negotiated().equals(negotiated)) {
                InboundTrack found = from[i];
                from[i] = null;
                return found;
            }
        }
        return null;
    }

    /** Another publication; a key frame request that was not served yet goes along. */
    private void publishAnew() {
        boolean pending = publication != null && publication.keyFrameRequests() != servedKeyFrameRequests;
        Publication next = new Publication(published(MediaKind.AUDIO), published(MediaKind.VIDEO), loop, keyFrames);
        servedKeyFrameRequests = next.keyFrameRequests();
        publication = next;
        if (pending) {
            next.requestKeyFrame();
        }
    }

    private PublishedTrack published(MediaKind kind) {
        for (InboundTrack track : tracks) {
            if (track.negotiated().kind() == kind) {
                return track.published();
            }
        }
        return null;
    }

    /** @param roundTripNs as the handshake showed it, negative when unknown */
    void onConnected(long roundTripNs, long nowNs) {
        keyFrames.onConnected(roundTripNs);
        configure(nowNs);
        lastPacketNs = nowNs;
    }

    /** One decrypted RTP packet. Returns 0 or a {@link DropReason} code. */
    int onRtp(MemorySegment packet, long offset, int lengthBytes, long nowNs, Peer peer, PeerSink sink) {
        int parsed = header.parse(packet, offset, lengthBytes);
        if (parsed < 0) {
            return parsed;
        }
        InboundTrack original = retransmitted();
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
        return take(track, track.onPacket(header, nowNs), nowNs, sink);
    }

    /** The track whose packet this is, sent again; null for a packet that is sent first. */
    private InboundTrack retransmitted() {
        for (InboundTrack track : tracks) {
            if (track.isRetransmittedBy(header.payloadType())) {
                return track;
            }
        }
        return null;
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
                ? take(track, extended, nowNs, sink)
                : DropReason.RTP_DUPLICATE.code();
    }

    /** Into the log, in order where the wait for what is missing is short. */
    private int take(InboundTrack track, long extended, long nowNs, PeerSink sink) {
        InboundRepair repair = track.repair();
        if (repair == null) {
            return append(track, header, extended, nowNs);
        }
        if (repair.missing().isMissing(extended)) {
            sink.counters().increment(Counter.RTP_REPAIRED);
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

    /** A packet that the log took as the start of a key frame serves all requests made before it was there to be read. */
    private int append(InboundTrack track, RtpHeader packet, long extended, long nowNs) {
        appended = true;
        released |= !track.isVideo() || packet.marker();
        int description = describe(track, packet);
        long requests = publication.keyFrameRequests();
        long position = track.append(packet, description, extended, nowNs);
        if (position < 0) {
            return (int) position;
        }
        if (PayloadDescription.startsKeyFrame(description)
                && track.published().log().keyFramePosition() == position) {
            servedKeyFrameRequests = requests;
            keyFrames.onKeyFrame(nowNs);
            nextClockNs = nowNs + clockIntervalNs;
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

    private static int describe(InboundTrack track, RtpHeader packet) {
        PublishedTrack published = track.published();
        Codec codec = packet.payloadType() == track.negotiated().redPayloadType() ? Codec.RED : published.codec();
        int description = codec.describe(packet.segment(), packet.payloadOffset(), packet.payloadLength());
        if (PayloadDescription.carriesDimensions(description)) {
            published.dimensions(codec.dimensions(packet.segment(), packet.payloadOffset(), packet.payloadLength()));
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
        publishAnew();
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

    /** Tells the other loops that have players what is new to them since the last call. */
    public void ringReaders(long nowNs) {
        for (InboundTrack track : tracks) {
            if (track.repair() != null && track.repair().waitLeftNs(nowNs) <= 0) {
                appendHeld(track, nowNs);
            }
            released |= track.releaseDue(nowNs);
        }
        if (appended || released) {
            stream.ringReaders(loop, released);
            appended = false;
            released = false;
        }
    }

    /** Nanoseconds until a part of a frame, or what waits for a lost packet, is held no longer; at most 0 when it is due. */
    public long holdLeftNs(long nowNs) {
        long least = Long.MAX_VALUE;
        for (InboundTrack track : tracks) {
            least = Math.min(least, track.holdLeftNs(nowNs));
            if (track.repair() != null) {
                least = Math.min(least, track.repair().waitLeftNs(nowNs));
            }
        }
        return least;
    }

    /** Whether players wait for a key frame that has not been asked for yet. */
    public boolean wantsKeyFrameRequest(long nowNs) {
        return publication.keyFrameRequests() != servedKeyFrameRequests
                && nowNs - lastKeyFrameRequestNs >= KEY_FRAME_REQUEST_INTERVAL_NS;
    }

    /** What is not coming any more, a key frame must make up for: asked for only while somebody watches. */
    private void makeUpForLost() {
        for (InboundTrack track : tracks) {
            if (track.repair() != null && track.repair().missing().takeGivenUp() && stream.hasReaders()) {
                publication.requestKeyFrame();
            }
        }
    }

    void onTimeout(long nowNs, Peer peer, PeerSink sink) {
        makeUpForLost();
        if (!silent && nowNs - lastPacketNs >= SILENCE_NS) {
            silent = true;
            for (InboundTrack track : tracks) {
                track.onSilence();
            }
            sink.onSilence(peer, true);
        }
        if (clockIntervalNs > 0 && nowNs - nextClockNs >= 0) {
            nextClockNs = nowNs + clockIntervalNs;
            if (stream.hasReaders()) {
                publication.requestKeyFrame();
            }
        }
        if (wantsKeyFrameRequest(nowNs) && feedback.writeKeyFrameRequest(firSequence, peer, sink)) {
            lastKeyFrameRequestNs = nowNs;
            keyFrames.onRequestSent(nowNs);
            firSequence++;
        }
        feedback.onTimeout(nowNs, peer, sink);
    }

    long deadlineNs(long nowNs) {
        long deadline = feedback.deadlineNs(nowNs);
        if (clockIntervalNs > 0 && nextClockNs - deadline < 0) {
            deadline = nextClockNs;
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
