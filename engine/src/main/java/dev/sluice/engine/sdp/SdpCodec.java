package dev.sluice.engine.sdp;

/**
 * One payload type of an m-section. Immutable.
 *
 * @param name as written, or null when the payload type has no rtpmap
 * @param clockRate of the rtpmap
 * @param channels of the rtpmap, 0 when it has none
 * @param format the codec when Sluice carries it (or red), else null
 * @param feedback bits of {@link Feedback}
 * @param retransmits the payload type whose packets are sent again so (RFC 4588 section 8.1), or −1
 */
record SdpCodec(
        int payloadType, String name, int clockRate, int channels, CodecFormat format, int feedback, int retransmits) {

    /** A codec with media of its own, not red. */
    boolean isCarried() {
        return format != null && !isRed();
    }

    boolean isRed() {
        return format != null && format.name().equals(CodecTable.RED);
    }

    boolean isNamed(String codec) {
        return format != null && format.name().equals(codec);
    }

    boolean has(int feedbackBit) {
        return (feedback & feedbackBit) != 0;
    }
}
