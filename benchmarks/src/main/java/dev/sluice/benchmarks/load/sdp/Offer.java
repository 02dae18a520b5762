package dev.sluice.benchmarks.load.sdp;

/**
 * What a client offers: one section of VP8 or Opus, one host candidate, DTLS in either role. Immutable.
 *
 * @param session random: an offer with the origin of another one may be taken for the same, sent again
 * @param address of the candidate
 * @param fingerprint as {@code a=fingerprint} has it
 * @param ssrc of a publisher; 0 for a player
 */
public record Offer(
        Kind kind,
        long session,
        String address,
        int port,
        String ufrag,
        String password,
        String fingerprint,
        long ssrc) {
    /** Id of transport-wide congestion control's header extension. */
    public static final int TRANSPORT_CC_ID = 3;

    private static final String TRANSPORT_CC =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /** The SDP, each line ended by CR LF. */
    public String text() {
        boolean publishes = ssrc != 0;
        int type = kind.payloadType();
        // A publisher without it is not asked for what it could not send again.
        int rtx = publishes ? 0 : kind.rtxPayloadType();
        String sdp = "v=0\no=- " + session + " 2 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE 0\n"
                + "a=msid-semantic: WMS load\n"
                + "m=" + kind.media() + " " + port + " UDP/TLS/RTP/SAVPF " + type + (rtx == 0 ? "" : " " + rtx) + "\n"
                + "c=IN IP4 " + address + "\na=rtcp:9 IN IP4 0.0.0.0\n"
                + "a=candidate:1 1 udp 2130706431 " + address + " " + port + " typ host\na=end-of-candidates\n"
                + "a=ice-ufrag:" + ufrag + "\na=ice-pwd:" + password + "\n"
                + "a=fingerprint:" + fingerprint + "\na=setup:actpass\na=mid:0\n"
                + "a=extmap:" + TRANSPORT_CC_ID + " " + TRANSPORT_CC + "\n"
                + (publishes ? "a=sendonly\na=msid:load track\n" : "a=recvonly\n")
                + "a=rtcp-mux\na=rtcp-rsize\na=rtpmap:" + type + " " + kind.encoding() + "\n"
                + kind.attributes()
                + (rtx == 0 ? "" : "a=rtpmap:" + rtx + " rtx/90000\na=fmtp:" + rtx + " apt=" + type + "\n")
                + (publishes ? "a=ssrc:" + ssrc + " cname:load\na=ssrc:" + ssrc + " msid:load track\n" : "");
        return sdp.replace("\n", "\r\n");
    }
}
