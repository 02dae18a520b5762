package dev.sluice.engine.sdp;

import java.util.List;

/**
 * An m-section to be written. Immutable.
 *
 * @param extensions values of {@code a=extmap} lines
 * @param ssrc of the track we send, or −1 for a section that sends nothing
 * @param rtxSsrc of what we send again, or −1
 * @param rids of the layers we receive, empty without simulcast
 */
record SdpSection(
        String token,
        String protocol,
        String mid,
        Direction direction,
        boolean rtcpReducedSize,
        List<Codec> codecs,
        List<String> extensions,
        long ssrc,
        long rtxSsrc,
        List<String> rids) {

    /** A section without simulcast. */
    SdpSection(
            String token,
            String protocol,
            String mid,
            Direction direction,
            boolean rtcpReducedSize,
            List<Codec> codecs,
            List<String> extensions,
            long ssrc,
            long rtxSsrc) {
        this(token, protocol, mid, direction, rtcpReducedSize, codecs, extensions, ssrc, rtxSsrc, List.of());
    }

    /**
     * One payload type to be written.
     *
     * @param rtpmap {@code opus/48000/2}, or null for a static payload type without one
     */
    record Codec(int payloadType, String rtpmap, String fmtp, int feedback) {

        static Codec of(int payloadType, CodecFormat format, String fmtp, int feedback) {
            return new Codec(payloadType, format.rtpmap(), fmtp, feedback);
        }

        /** What a codec's packets are sent again as (RFC 4588 section 8.6). */
        static Codec rtx(int payloadType, int original, CodecFormat format) {
            return new Codec(payloadType, "rtx/" + format.clockRate(), "apt=" + original, 0);
        }

        /** RED around a codec: its fmtp names the payload type of both blocks (RFC 2198 section 5). */
        static Codec red(int payloadType, int inner) {
            return new Codec(payloadType, "red/48000/2", inner + "/" + inner, 0);
        }
    }

    /** A section of the offer that is kept but unused. It must name a format all the same: the first good one. */
    static SdpSection inactive(SdpMedia media) {
        SdpCodec shown = media.codecs.getFirst();
        for (SdpCodec codec : media.codecs) {
            if (codec.isCarried()) {
                shown = codec;
                break;
            }
        }
        Codec codec = shown.format() != null
                ? Codec.of(shown.payloadType(), shown.format(), shown.format().fmtp(), 0)
                : new Codec(shown.payloadType(), rtpmap(shown), "", 0);
        return new SdpSection(
                media.token, media.protocol, media.mid, Direction.INACTIVE, false, List.of(codec), List.of(), -1, -1);
    }

    private static String rtpmap(SdpCodec codec) {
        return codec.name() == null
                ? null
                : codec.name() + "/" + codec.clockRate() + (codec.channels() > 0 ? "/" + codec.channels() : "");
    }
}
