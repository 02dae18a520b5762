package dev.sluice.engine.sdp;

/**
 * A track of a live stream, as one player is to get it. Immutable.
 *
 * @param red whether the publisher may send RED around the codec
 * @param ssrc of our choice, the player's own
 */
public record PlaySource(CodecFormat codec, boolean red, long ssrc) {
    public MediaKind kind() {
        return codec.kind();
    }
}
