package dev.sluice.engine.peer;

import dev.sluice.engine.congestion.ReportedRate;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.peer.PeerStats.Value;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtcp.RtcpReader;
import java.lang.foreign.MemorySegment;

/**
 * What a player tells by RTCP, and what is done about it: how wide its way is, which packets it lacks, whether it needs a key frame.
 * Confined to one media loop.
 */
final class PlayerFeedback {
    /** Loss of this share, in 1/256, in a report: the way is full (libwebrtc leaves its bitrate alone below 2 %). */
    private static final int NARROW_LOSS = 5;
    /** A round trip this much over the shortest seen, and not by our own lateness: packets stand in a queue. */
    private static final long NARROW_QUEUE_NS = 20_000_000L;
    /** A way that showed a sign of being narrow counts as such for this long. */
    private static final long NARROW_NS = 10_000_000_000L;
    /** An estimate says so anew with each feedback, and that of a newcomer is low only until the first probes are back. */
    private static final long ESTIMATED_NARROW_NS = 1_000_000_000L;

    private final NtpTime wallClock;
    private final RtcpReader rtcp = new RtcpReader();
    private long narrowUntilNs;
    /** What the player says of its way where there is no feedback about each packet; null before it says something. */
    private ReportedRate reported;
    /** Whether a retransmission is to be sent a second time. */
    private boolean owesTwins;

    PlayerFeedback(NtpTime wallClock) {
        this.wallClock = wallClock;
    }

    void onConnected(long nowNs) {
        narrowUntilNs = nowNs;
    }

    /** Another pair of addresses was nominated. */
    void onWayChanged() {
        reported = null;
    }

    /** Whether there was no sign of late that the way is hardly wider than the stream. */
    boolean isWide(long nowNs) {
        return nowNs - narrowUntilNs >= 0;
    }

    /** Bits a second that the way carries by reports alone; {@link Long#MAX_VALUE} while unknown. */
    long reportedBps() {
        return reported == null ? Long.MAX_VALUE : reported.bps();
    }

    /**
     * One decrypted compound packet.
     *
     * @param way null where no feedback about each packet was agreed on
     * @param publication that the player reads; null before the first
     * @return 0 or a drop code
     */
    int onRtcp(
            MemorySegment packet,
            long offset,
            int lengthBytes,
            PlayerTrack[] tracks,
            PlayerWay way,
            Publication publication,
            long nowNs,
            Peer peer,
            PeerSink sink) {
        int kind = rtcp.open(packet, offset, lengthBytes);
        while (kind >= 0 && (kind = rtcp.next()) > RtcpReader.END) {
            switch (kind) {
                case RtcpReader.SENDER_REPORT, RtcpReader.RECEIVER_REPORT ->
                    onReport(tracks, way, nowNs, sink.lateNs());
                case RtcpReader.PLI, RtcpReader.FIR -> onKeyFrameRequest(tracks, publication, nowNs, peer, sink);
                case RtcpReader.NACK -> onNack(tracks, nowNs, peer, sink);
                case RtcpReader.TRANSPORT_CC -> {
                    if (way != null && way.onFeedback(rtcp, wantedBps(publication), nowNs, sink)) {
                        onNarrow(nowNs + ESTIMATED_NARROW_NS);
                    }
                    repairLost(tracks, way, nowNs, peer, sink);
                }
                case RtcpReader.REMB -> onRemb(tracks);
                default -> {}
            }
        }
        return Math.min(kind, 0);
    }

    private void onReport(PlayerTrack[] tracks, PlayerWay way, long nowNs, long lateNs) {
        for (int i = 0; i < rtcp.count(); i++) {
            PlayerTrack track = ofSsrc(tracks, rtcp.ssrc(i));
            if (track == null) {
                continue;
            }
            track.stats().onReportBlock(rtcp, i, wallClock.at(nowNs));
            if (track.stats().fractionLost() >= NARROW_LOSS || track.stats().queueingNs() >= NARROW_QUEUE_NS + lateNs) {
                onNarrow(nowNs + NARROW_NS);
            }
            if ((way == null || !way.isHeard()) && track.isVideo()) {
                reported()
                        .onReport(
                                track.stats().fractionLost() / 256.0,
                                track.rewriter().payloadOctets(),
                                nowNs);
            }
        }
    }

    private static PlayerTrack ofSsrc(PlayerTrack[] tracks, long ssrc) {
        for (PlayerTrack track : tracks) {
            if (track.negotiated().ssrc() == ssrc) {
                return track;
            }
        }
        return null;
    }

    private void onNarrow(long untilNs) {
        if (untilNs - narrowUntilNs > 0) {
            narrowUntilNs = untilNs;
        }
    }

    private void onRemb(PlayerTrack[] tracks) {
        for (int i = 0; i < rtcp.count(); i++) {
            if (ofSsrc(tracks, rtcp.ssrc(i)) != null) {
                reported().onRemb(rtcp.rembBps());
                return;
            }
        }
    }

    private ReportedRate reported() {
        if (reported == null) {
            reported = new ReportedRate();
        }
        return reported;
    }

    /** What the player could use at most. */
    private static long wantedBps(Publication publication) {
        if (publication == null) {
            return 0;
        }
        PublishedTrack audio = publication.audio();
        return (audio == null ? 0 : audio.bitrateBps())
                + publication.videoLayers().mostBps();
    }

    private void onNack(PlayerTrack[] tracks, long nowNs, Peer peer, PeerSink sink) {
        PlayerTrack track = ofSsrc(tracks, rtcp.mediaSsrc());
        if (track != null && track.negotiated().nack()) {
            owesTwins |= track.onNack(rtcp, peer, nowNs, sink);
        }
    }

    private void repairLost(PlayerTrack[] tracks, PlayerWay way, long nowNs, Peer peer, PeerSink sink) {
        if (way == null || way.lostCount() == 0) {
            return;
        }
        for (PlayerTrack track : tracks) {
            if (track.isVideo()) {
                owesTwins |= track.repairLost(peer, nowNs, sink);
            }
        }
    }

    /** With the player's next packets: what was sent again on a way that loses some goes once more. */
    void sendTwins(PlayerTrack[] tracks, Peer peer, long nowNs, PeerSink sink) {
        if (!owesTwins) {
            return;
        }
        owesTwins = false;
        for (PlayerTrack track : tracks) {
            owesTwins |= track.sendTwins(peer, nowNs, sink);
        }
    }

    /** Who has a key frame on its way gets that one. */
    private void onKeyFrameRequest(
            PlayerTrack[] tracks, Publication publication, long nowNs, Peer peer, PeerSink sink) {
        for (int i = 0; i < rtcp.count(); i++) {
            PlayerTrack track = ofSsrc(tracks, rtcp.ssrc(i));
            if (track != null && track.isVideo() && publication != null) {
                sink.counters().increment(Counter.KEY_FRAME_REQUESTS_RECEIVED);
                peer.stats().add(Value.KEY_FRAME_REQUESTS, 1);
                if (track.keyFrames().mayAsk(track.stats().roundTripNs(), nowNs, sink)) {
                    track.keyFrames().ask(publication, track.source());
                }
                return;
            }
        }
    }
}
