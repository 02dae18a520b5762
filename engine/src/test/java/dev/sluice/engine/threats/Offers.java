package dev.sluice.engine.threats;

/** Offers made by hand, one BUNDLE of sections. Stateless. */
final class Offers {
    static final String OPUS = "a=rtpmap:111 opus/48000/2";
    static final String VP8 = "a=rtpmap:96 VP8/90000";
    static final String VP9 = "a=rtpmap:96 VP9/90000";
    static final String AV1 = "a=rtpmap:96 AV1/90000";
    static final String H264 =
            "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1";
    static final String H265 = "a=rtpmap:96 H265/90000";

    private static final String EXTENSIONS = "a=extmap-allow-mixed\r\n"
            + "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
            + "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
            + "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
            + "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
            + "a=extmap:8 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n"
            + "a=rtcp-fb:* transport-cc\r\n";

    private Offers() {}

    static String publish(String fingerprint, String videoCodec) {
        return head()
                + audio(fingerprint, "sendonly", OPUS + "\r\na=ssrc:" + Packets.AUDIO_SSRC + " cname:c")
                + video(
                        fingerprint,
                        "sendonly",
                        videoCodec + "\r\na=rtcp-fb:96 nack pli\r\na=ssrc:" + Packets.VIDEO_SSRC + " cname:c");
    }

    static String play(String fingerprint, String videoCodec) {
        return head()
                + audio(fingerprint, "recvonly", OPUS)
                + video(fingerprint, "recvonly", videoCodec + "\r\na=rtcp-fb:96 nack pli");
    }

    /** A publisher without a camera. */
    static String publishSound(String fingerprint) {
        return head().replace("BUNDLE 0 1", "BUNDLE 0")
                + audio(fingerprint, "sendonly", OPUS + "\r\na=ssrc:" + Packets.AUDIO_SSRC + " cname:c");
    }

    /** A player's answer that takes all of our offer. */
    static String answer(String offer, String fingerprint) {
        return offer.replaceAll("a=(candidate|ssrc|msid|end-of-candidates|ice-lite|ice-options).*\r\n", "")
                .replaceAll("a=ice-ufrag:.*", "a=ice-ufrag:remo")
                .replaceAll("a=ice-pwd:.*", "a=ice-pwd:remotepasswordremotepas")
                .replaceAll("a=fingerprint:.*", "a=fingerprint:" + fingerprint)
                .replace("a=setup:actpass", "a=setup:active")
                .replace("a=sendonly", "a=recvonly");
    }

    private static String head() {
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n";
    }

    private static String audio(String fingerprint, String direction, String attributes) {
        return section("0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", fingerprint, direction, attributes);
    }

    private static String video(String fingerprint, String direction, String attributes) {
        return section("1", "m=video 9 UDP/TLS/RTP/SAVPF 96", fingerprint, direction, attributes);
    }

    private static String section(
            String mid, String mediaLine, String fingerprint, String direction, String attributes) {
        return mediaLine + "\r\nc=IN IP4 0.0.0.0\r\na=mid:" + mid
                + "\r\na=rtcp-mux\r\na=ice-ufrag:remo\r\na=ice-pwd:remotepasswordremotepas\r\na=fingerprint:"
                + fingerprint + "\r\na=setup:actpass\r\na=" + direction + "\r\n" + EXTENSIONS + attributes + "\r\n";
    }
}
