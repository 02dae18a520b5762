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
 * @param nack whether we may ask for lost packets again (RFC 4585 section 6.2.1)
 * @param rtxPayloadType of packets that are sent again (RFC 4588), or −1: they are repeated as they were
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
        boolean nack,
        int rtxPayloadType,
        List<String> rids) {
    /** Layers that are taken of what an offer has; browsers send three at most. */
    public static final int MAX_LAYERS = 4;

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
            boolean remb,
            boolean nack,
            int rtxPayloadType) {
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
                nack,
                rtxPayloadType,
                List.of());
    }
}
