package dev.sluice.engine.rtp;

/** The RTP header extensions Sluice knows (RFC 8285), by their URIs. Immutable. */
public enum ExtensionType {
    /** RFC 9143. */
    MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
    ABS_SEND_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
    ABS_CAPTURE_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
    /** RFC 6464. */
    AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
    /** 3GPP TS 26.114 section 7.4.5. */
    VIDEO_ORIENTATION("urn:3gpp:video-orientation"),
    /** AV1 RTP payload format, appendix A. */
    DEPENDENCY_DESCRIPTOR("https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
    PLAYOUT_DELAY("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
    TRANSPORT_CC("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    /** Names a simulcast layer (RFC 8852 section 3.1). */
    RID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
    /** Names the layer that a retransmission is of (RFC 8852 section 3.2). */
    REPAIRED_RID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id");

    private final String uri;

    ExtensionType(String uri) {
        this.uri = uri;
    }

    public String uri() {
        return uri;
    }

    /** The type with this URI, or null when Sluice does not know it. */
    public static ExtensionType ofUri(String uri) {
        for (ExtensionType type : values()) {
            if (type.uri.equals(uri)) {
                return type;
            }
        }
        return null;
    }
}
