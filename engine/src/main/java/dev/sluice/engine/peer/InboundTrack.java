package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.ReceptionStats;
import dev.sluice.engine.rtp.ExtensionMap;
import dev.sluice.engine.rtp.ExtensionType;
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
    private final ExtensionMap extensions;
    private final int transportCcId;
    private final int midId;
    private PublishedTrack published;
    private long ssrc = NO_SSRC;
    private SequenceExtender sequence = new SequenceExtender();
    private ReceptionStats stats;
    private InboundRepair repair;
    private long lastPacketNs;
    private long windowStartNs;
    private long windowBytes;
    private boolean holding;
    private long heldSinceNs;

    InboundTrack(PublishTrack negotiated, PublishedTrack published) {
        this.negotiated = negotiated;
        this.mid = negotiated.mid().getBytes(StandardCharsets.US_ASCII);
        this.extensions = new ExtensionMap(negotiated.extensions()::id);
        this.transportCcId = extensions.id(ExtensionType.TRANSPORT_CC);
        this.midId = extensions.id(ExtensionType.MID);
        this.published = published;
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

    /** Null when lost packets do not come again, or nothing came yet. */
    InboundRepair repair() {
        return repair;
    }

    long lastPacketNs() {
        return lastPacketNs;
    }

    /** The id of transport-cc's extension, 0 when not negotiated. */
    int transportCcId() {
        return transportCcId;
    }

    boolean acceptsPayloadType(int payloadType) {
        return payloadType == negotiated.payloadType() || payloadType == negotiated.redPayloadType();
    }

    /** Whether packets of this payload type are some of this track's, sent again (RFC 4588). */
    boolean isRetransmittedBy(int payloadType) {
        return payloadType == negotiated.rtxPayloadType();
    }

    boolean declares(long candidate) {
        for (long declared : negotiated.ssrcs()) {
            if (declared == candidate) {
                return true;
            }
        }
        return false;
    }

    /** Whether the packet names this track by its MID (RFC 9143 section 9.2). */
    boolean isNamedBy(RtpHeader header) {
        long element = midId == 0 ? -1 : header.extension(midId);
        if (element == -1 || header.elementLength() != mid.length) {
            return false;
        }
        for (int i = 0; i < mid.length; i++) {
            if (Bytes.u8(header.segment(), element + i) != mid[i]) {
                return false;
            }
        }
        return true;
    }

    /** Takes this SSRC from now on; with another one before, into a new track of players' view. */
    void latch(long newSsrc, PublishedTrack newPublished) {
        ssrc = newSsrc;
        published = newPublished;
        holding = false;
        sequence = new SequenceExtender();
        stats = new ReceptionStats(newSsrc, negotiated.codec().clockRate());
        repair = negotiated.nack() ? new InboundRepair() : null;
        windowBytes = 0;
    }

    /** Whether nothing came during the last window, or long before. */
    void onSilence() {
        published.bitrateBps(0);
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
        measure(header.lengthBytes(), nowNs);
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

    private void measure(int lengthBytes, long nowNs) {
        if (windowBytes == 0) {
            windowStartNs = nowNs;
        }
        windowBytes += lengthBytes;
        if (nowNs - windowStartNs >= BITRATE_WINDOW_NS) {
            published.bitrateBps((long) (windowBytes * 8e9 / (nowNs - windowStartNs)));
            windowBytes = 0;
        }
    }
}
