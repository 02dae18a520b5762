package dev.sluice.engine.sdp;

/**
 * A track as one player takes it. Immutable.
 *
 * @param codec the stream's
 * @param redPayloadType for RED, or −1 when the player has none: it gets the primary blocks
 * @param extensions the player's ids
 * @param nackPli whether the player may ask for a key frame so
 * @param ccmFir whether the player may ask for a key frame so
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
        boolean ccmFir) {}
