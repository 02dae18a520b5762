package dev.sluice.engine.sdp;

import java.util.List;

/**
 * A track that a publisher will send. Immutable.
 *
 * @param redPayloadType of RED around the codec, or −1; packets of both payload types may come
 * @param ssrcs that the offer names for it, often none (demultiplex by MID then)
 * @param extensions the publisher's ids
 * @param nackPli whether we may ask for a key frame so (RFC 4585)
 * @param ccmFir whether we may ask for a key frame so (RFC 5104)
 * @param transportCc whether we may send transport-wide feedback
 * @param remb whether we may send a bitrate estimate
 * @param rids of the layers that may come, each with an SSRC of its own; empty without simulcast
 */
public record PublishTrack(
        MediaKind kind,
        String mid,
        CodecFormat codec,
        int payloadType,
        int redPayloadType,
        List<Long> ssrcs,
        HeaderExtensions extensions,
        boolean nackPli,
        boolean ccmFir,
        boolean transportCc,
        boolean remb,
        List<String> rids) {
    public PublishTrack {
        ssrcs = List.copyOf(ssrcs);
        rids = List.copyOf(rids);
    }

    /** A track without simulcast. */
    public PublishTrack(
            MediaKind kind,
            String mid,
            CodecFormat codec,
            int payloadType,
            int redPayloadType,
            List<Long> ssrcs,
            HeaderExtensions extensions,
            boolean nackPli,
            boolean ccmFir,
            boolean transportCc,
            boolean remb) {
        this(
                kind,
                mid,
                codec,
                payloadType,
                redPayloadType,
                ssrcs,
                extensions,
                nackPli,
                ccmFir,
                transportCc,
                remb,
                List.of());
    }
}
