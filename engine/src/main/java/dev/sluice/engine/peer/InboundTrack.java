package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.ReceptionStats;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.DependencyDescriptor;
import dev.sluice.engine.rtp.ExtensionMap;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.rtp.PayloadDescription;
import dev.sluice.engine.rtp.RtpHeader;
import dev.sluice.engine.rtp.SequenceExtender;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.nio.charset.StandardCharsets;

/** One track as it comes from the publisher: its SSRC, statistics and the log it goes to. Confined to one media loop. */
final class InboundTrack {
    static final long NO_SSRC = -1;
    /**
     * Packets of a video frame are held for its last one at most this long, so that each player gets them in one message.
     * Measured: docs/performance.md, "Holding".
     */
    static final long HOLD_NS = 5_000_000L;
    /** A selector sleeps in whole milliseconds: who is awake this near to the time need not sleep again. */
    private static final long HOLD_GRAIN_NS = 1_000_000L;

    private static final long BITRATE_WINDOW_NS = 1_000_000_000L;

    private final PublishTrack negotiated;
    private final byte[] mid;
    private final byte[] rid;
    private final ExtensionMap extensions;
    private final int transportCcId;
    private final int midId;
    private final int ridId;
    private final int repairedRidId;
    /** Of a layer's retransmissions. */
    private long rtxSsrc = NO_SSRC;

    private final int descriptorId;
    /** Null where layers are told in the payload, or not at all. */
    private DependencyDescriptor descriptor;

    private PublishedTrack published;
    private long ssrc = NO_SSRC;
    private SequenceExtender sequence = new SequenceExtender();
    private ReceptionStats stats;
    private long payloadBytes;
    private final ToldSums told = new ToldSums();
    private InboundRepair repair;
    private long lastPacketNs;
    private long windowStartNs;
    private long windowBytes;
    private long servedKeyFrameRequests;
    private long lastKeyFrameRequestNs;
    private int firSequence;
    private boolean holding;
    private long heldSinceNs;

    /** @param rid of this layer, null without simulcast */
    InboundTrack(PublishTrack negotiated, String rid, PublishedTrack published, long nowNs) {
        this.negotiated = negotiated;
        this.rid = rid == null ? null : rid.getBytes(StandardCharsets.US_ASCII);
        this.lastKeyFrameRequestNs = nowNs - Publisher.KEY_FRAME_REQUEST_INTERVAL_NS;
        this.mid = negotiated.mid().getBytes(StandardCharsets.US_ASCII);
        this.extensions = new ExtensionMap(negotiated.extensions()::id);
        this.transportCcId = extensions.id(ExtensionType.TRANSPORT_CC);
        this.midId = extensions.id(ExtensionType.MID);
        this.descriptorId = extensions.id(ExtensionType.DEPENDENCY_DESCRIPTOR);
        this.repairedRidId = extensions.id(ExtensionType.REPAIRED_RID);
        this.ridId = extensions.id(ExtensionType.RID);
        this.published = published;
    }

    /** VP8 too: beside a dependency descriptor libwebrtc leaves the layers out of the payload descriptor. VP9 tells all itself. */
    private static boolean needsDescriptor(Codec codec) {
        return switch (codec) {
            case AV1, H264, H265, VP8 -> true;
            default -> false;
        };
    }

    PublishTrack negotiated() {
        return negotiated;
    }

    PublishedTrack published() {
        return published;
    }

    boolean isVideo() {
        return negotiated.kind() == MediaKind.VIDEO;
    }

    long ssrc() {
        return ssrc;
    }

    ReceptionStats stats() {
        return stats;
    }

    /** Adds what came since the last time. */
    void tell(PeerStats sums) {
        told.tellBytes(payloadBytes, sums);
        if (stats != null) {
            long received = stats.receivedPackets();
            told.tellPackets(received, stats.expectedPackets() - received, sums);
        }
    }

    /** Null when lost packets do not come again, or nothing came yet. */
    InboundRepair repair() {
        return repair;
    }

    long lastPacketNs() {
        return lastPacketNs;
    }

    /** Whether a packet came since then. */
    boolean hasBrought(long sinceNs) {
        return ssrc != NO_SSRC && lastPacketNs - sinceNs >= 0;
    }

    /** The id of transport-cc's extension, 0 when not negotiated. */
    int transportCcId() {
        return transportCcId;
    }

    boolean acceptsPayloadType(int payloadType) {
        return payloadType == negotiated.payloadType() || payloadType == negotiated.redPayloadType();
    }

    /**
     * Whether the packet is one of this track's, sent again (RFC 4588). Of several layers the first such packets name theirs
     * (RFC 8852), and its SSRC is known from then on.
     */
    boolean isRetransmittedBy(RtpHeader header) {
        if (header.payloadType() != negotiated.rtxPayloadType()) {
            return false;
        }
        if (isLayer() && isNamed(header, repairedRidId, rid) && !isOfAnother(header)) {
            rtxSsrc = header.ssrc();
        }
        return !isLayer() || rtxSsrc == header.ssrc();
    }

    boolean declares(long candidate) {
        for (long declared : negotiated.ssrcs()) {
            if (declared == candidate) {
                return true;
            }
        }
        return false;
    }

    /** Whether this is one of several layers: only its RID tells it from the others. */
    boolean isLayer() {
        return rid != null;
    }

    /** Whether the packet names this track by its MID (RFC 9143 section 9.2), a layer by its RID besides (RFC 8852). */
    boolean isNamedBy(RtpHeader header) {
        return isLayer() ? isNamed(header, ridId, rid) && !isOfAnother(header) : isNamed(header, midId, mid);
    }

    private boolean isOfAnother(RtpHeader header) {
        return midId != 0 && header.extension(midId) != -1 && !isNamed(header, midId, mid);
    }

    private static boolean isNamed(RtpHeader header, int id, byte[] name) {
        long element = id == 0 ? -1 : header.extension(id);
        if (element == -1 || header.elementLength() != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (Bytes.u8(header.segment(), element + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Takes this SSRC from now on; with another one before, into a new track of players' view. */
    void latch(long newSsrc, PublishedTrack newPublished) {
        ssrc = newSsrc;
        if (newPublished != published) {
            boolean pending = isKeyFrameWanted();
            published = newPublished;
            servedKeyFrameRequests = 0;
            if (pending) {
                published.onKeyFrameRequested();
            }
        }
        holding = false;
        sequence = new SequenceExtender();
        stats = new ReceptionStats(newSsrc, negotiated.codec().clockRate());
        told.onNewSource();
        repair = negotiated.nack() ? new InboundRepair() : null;
        descriptor = descriptorId != 0 && needsDescriptor(published.codec()) ? new DependencyDescriptor() : null;
        windowBytes = 0;
    }

    /** Whether players wait for a key frame. */
    boolean isKeyFrameWanted() {
        return ssrc != NO_SSRC && published.keyFrameRequests() != servedKeyFrameRequests;
    }

    /** Whether players wait for a key frame that has not been asked for yet. */
    boolean isKeyFrameRequestDue(long nowNs) {
        return isKeyFrameWanted() && nowNs - nextKeyFrameRequestNs() >= 0;
    }

    /** When a key frame may be asked for again. */
    long nextKeyFrameRequestNs() {
        return lastKeyFrameRequestNs + Publisher.KEY_FRAME_REQUEST_INTERVAL_NS;
    }

    /** A key frame is asked for. Returns the number of the request, for where only FIR was agreed on. */
    int onKeyFrameAsked(long nowNs) {
        lastKeyFrameRequestNs = nowNs;
        return firSequence++;
    }

    /** A key frame serves the requests that were made before it was there to be read. */
    void onKeyFrame(long requestsBefore) {
        servedKeyFrameRequests = requestsBefore;
    }

    /** Nothing came for a while. */
    void onSilence() {
        published.bitrateBps(0);
        published.flowing(false);
        windowBytes = 0;
    }

    /** A packet of this track's SSRC came, for statistics. Returns its extended sequence number. */
    long onPacket(RtpHeader header, long nowNs) {
        stats.onPacket(header.sequenceNumber(), header.timestamp(), nowNs);
        published.clock().onPacket(header.timestamp(), nowNs);
        lastPacketNs = nowNs;
        return sequence.extend(header.sequenceNumber());
    }

    /** The extended sequence number of a packet that was sent again; the statistics are of the first sending only (RFC 4588). */
    long extend(RtpHeader retransmitted) {
        return sequence.extend(retransmitted.sequenceNumber());
    }

    /** Into the log. Returns the packet's position there, or a negative {@link DropReason} code. */
    long append(RtpHeader header, int description, long extended, long nowNs) {
        if (!published.isFlowing()) {
            published.flowing(true);
        }
        payloadBytes += header.payloadLength();
        measure(header.lengthBytes(), description, nowNs);
        long position = published.log().append(header, extensions, description, extended, nowNs);
        if (isVideo() && position >= 0) {
            published.frames().onPacket(header.timestamp(), published.log().startedKeyFrame(), nowNs);
        }
        if (!isVideo() || header.marker()) {
            release();
        } else if (!holding) {
            holding = true;
            heldSinceNs = nowNs;
        }
        return position;
    }

    /** Nanoseconds until what is held is due, at most 0 when it is; {@link Long#MAX_VALUE} while nothing is. */
    long holdLeftNs(long nowNs) {
        return holding ? heldSinceNs + HOLD_NS - nowNs : Long.MAX_VALUE;
    }

    /** Lets go what has been held long enough. Returns whether there was something. */
    boolean releaseDue(long nowNs) {
        if (holdLeftNs(nowNs) > HOLD_GRAIN_NS) {
            return false;
        }
        release();
        return true;
    }

    private void release() {
        holding = false;
        published.release();
    }

    private void measure(int lengthBytes, int description, long nowNs) {
        if (windowBytes == 0) {
            windowStartNs = nowNs;
        }
        windowBytes += lengthBytes;
        LayerRates rates = published.layerRates();
        if (rates == null && isVideo() && PayloadDescription.isUpperLayer(description)) {
            rates = new LayerRates();
            published.layerRates(rates);
        }
        if (rates != null) {
            rates.onPacket(description, lengthBytes);
        }
        long elapsedNs = nowNs - windowStartNs;
        if (elapsedNs >= BITRATE_WINDOW_NS) {
            published.bitrateBps((long) (windowBytes * 8e9 / elapsedNs));
            windowBytes = 0;
            if (rates != null) {
                rates.onWindow(elapsedNs);
            }
        }
    }

    /** What the dependency descriptor says of the packet's layer, for codecs whose payload may not; 0 without one. */
    int layerBits(RtpHeader header, long extended) {
        long element = descriptor == null ? -1 : header.extension(descriptorId);
        return element == -1 ? 0 : descriptor.read(header.segment(), element, header.elementLength(), extended);
    }
}
