package dev.sluice.engine.sdp;

/**
 * A track as one player takes it. Immutable.
 *
 * @param codec the stream's
 * @param redPayloadType for RED, or −1 when the player has none: it gets the primary blocks
 * @param extensions the player's ids
 * @param nackPli whether the player may ask for a key frame so
 * @param ccmFir whether the player may ask for a key frame so
 * @param nack whether the player may ask for lost packets again (RFC 4585 section 6.2.1)
 * @param rtxPayloadType of packets that are sent again (RFC 4588), or −1: they are repeated as they were
 * @param rtxSsrc of packets that are sent again, when there is a payload type for them
 */
public record PlayTrack(
        MediaKind kind,
        String mid,
        CodecFormat codec,
        int payloadType,
        int redPayloadType,
        long ssrc,
        HeaderExtensions extensions,
        boolean nackPli,
        boolean ccmFir,
        boolean nack,
        int rtxPayloadType,
        long rtxSsrc) {}
