package dev.sluice.engine;

import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerStats;
import dev.sluice.engine.peer.PeerStats.Value;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.natives.srtp.SrtpProfile;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a session fares, about a second old at most; after its end, how it fared. Counts are sums since its beginning. Immutable.
 *
 * @param connected whether its media is or was secured and flows
 * @param codecs in the order of its SDP, such as {@code opus,VP8}; empty before the SDP is agreed on
 * @param srtpProfile in use, empty before the handshake
 * @param loop the index of its media loop
 * @param packets RTP packets, of a publisher received, of a player sent, without those sent again
 * @param bytes of their payload
 * @param lost RTP packets that did not arrive, for a player by its own word
 * @param lossShare the same between the last two reports, 0 to 1
 * @param repaired missing packets that came later, or those sent again to a player
 * @param nacked packets asked for again
 * @param keyFrameRequests to a publisher, or of a player
 * @param roundTripNs −1 while unknown
 * @param estimateBps what a player's way is estimated to carry, −1 while unknown
 * @param iceNs from its opening to its first authenticated ICE check, −1 before
 * @param dtlsNs from its opening to the end of its handshake, −1 before
 * @param firstMediaNs from its opening to its first RTP packet, −1 before
 */
public record SessionStats(
        boolean connected,
        String codecs,
        String srtpProfile,
        int loop,
        long packets,
        long bytes,
        long lost,
        double lossShare,
        long repaired,
        long nacked,
        long keyFrameRequests,
        long roundTripNs,
        long estimateBps,
        long iceNs,
        long dtlsNs,
        long firstMediaNs) {

    /** @param peer null before the session was opened */
    static SessionStats of(Peer peer, String codecs, int loop) {
        if (peer == null) {
            return new SessionStats(false, codecs, "", loop, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1);
        }
        PeerStats stats = peer.stats();
        SrtpProfile profile = peer.srtpProfile();
        return new SessionStats(
                profile != null,
                codecs,
                profile == null ? "" : profile.name(),
                loop,
                stats.get(Value.PACKETS),
                stats.get(Value.BYTES),
                stats.get(Value.LOST),
                stats.get(Value.LOST_OF_256) / 256.0,
                stats.get(Value.REPAIRED),
                stats.get(Value.NACKED),
                stats.get(Value.KEY_FRAME_REQUESTS),
                stats.get(Value.ROUND_TRIP_NS),
                stats.get(Value.ESTIMATE_BPS),
                stats.get(Value.ICE_NS),
                stats.get(Value.DTLS_NS),
                stats.get(Value.FIRST_MEDIA_NS));
    }

    /** To be made once for a negotiation: statistics are read often. */
    static String codecs(List<CodecFormat> agreed) {
        return agreed.stream().map(CodecFormat::name).distinct().collect(Collectors.joining(","));
    }
}
