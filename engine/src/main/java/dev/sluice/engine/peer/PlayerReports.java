package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.peer.PeerStats.Value;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtcp.RtcpWriter;
import java.lang.foreign.MemorySegment;

/** What a player is told by RTCP about its tracks. Confined to one media loop. */
final class PlayerReports {
    private final byte[] cname;
    private final NtpTime wallClock;

    PlayerReports(byte[] cname, NtpTime wallClock) {
        this.cname = cname;
        this.wallClock = wallClock;
    }

    /** Sender reports of all tracks that have sent, each with the CNAME, in one compound packet (RFC 3550 section 6.1); with {@code bye} they end. */
    void write(PlayerTrack[] tracks, long nowNs, Peer peer, PeerSink sink, boolean bye) {
        EgressBatch egress = sink.egress(1);
        MemorySegment out = egress.segment();
        long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
        int length = 0;
        for (PlayerTrack track : tracks) {
            track.onTimeout(nowNs);
            long timestamp = track.timestampAt(nowNs);
            if (timestamp >= 0) {
                length += RtcpWriter.writeSenderReport(
                        out,
                        at + length,
                        track.negotiated().ssrc(),
                        wallClock.at(nowNs),
                        timestamp,
                        track.rewriter().packets(),
                        track.rewriter().payloadOctets(),
                        0);
            }
        }
        if (length == 0) {
            if (!bye || !hasSent(tracks)) {
                return;
            }
            length = RtcpWriter.writeReceiverReport(
                    out, at, tracks[0].negotiated().ssrc(), 0);
        }
        for (PlayerTrack track : tracks) {
            if (track.rewriter().packets() > 0) {
                length += RtcpWriter.writeSourceDescription(
                        out, at + length, track.negotiated().ssrc(), cname);
                if (bye) {
                    length += RtcpWriter.writeBye(
                            out, at + length, track.negotiated().ssrc());
                }
            }
        }
        peer.commitRtcp(egress, at, length, sink);
    }

    /** What is known of the player's way and of what it got, for whoever asks. */
    static void tell(PlayerTrack[] tracks, long estimateBps, PeerStats stats) {
        int worst = 0;
        long roundTripNs = -1;
        for (PlayerTrack track : tracks) {
            track.tell(stats);
            worst = Math.max(worst, track.stats().fractionLost());
            roundTripNs = Math.max(roundTripNs, track.stats().roundTripNs());
        }
        stats.set(Value.LOST_OF_256, worst);
        stats.set(Value.ROUND_TRIP_NS, roundTripNs);
        stats.set(Value.ESTIMATE_BPS, estimateBps == Long.MAX_VALUE ? -1 : estimateBps);
    }

    private static boolean hasSent(PlayerTrack[] tracks) {
        for (PlayerTrack track : tracks) {
            if (track.rewriter().packets() > 0) {
                return true;
            }
        }
        return false;
    }
}
