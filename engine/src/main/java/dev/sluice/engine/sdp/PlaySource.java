package dev.sluice.engine.sdp;

/**
 * A track of a live stream, as one player is to get it. Immutable.
 *
 * @param red whether the publisher may send RED around the codec
 * @param ssrc of our choice, the player's own
 * @param rtxSsrc the same for packets that are sent again; −1 for sound, which is never
 */
public record PlaySource(CodecFormat codec, boolean red, long ssrc, long rtxSsrc) {
    public MediaKind kind() {
        return codec.kind();
    }
}
