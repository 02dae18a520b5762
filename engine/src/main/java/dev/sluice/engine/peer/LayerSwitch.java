package dev.sluice.engine.peer;

/**
 * A player's way from one layer of its picture to another: at a key frame of that one, between two frames of this one. It exists
 * only while the switch is under way, and holds the other layer's log. Confined to one media loop.
 */
final class LayerSwitch {
    /** A layer's key frame waits this long for the other layer's frame to end. */
    private static final long MAX_FRAME_END_NS = 50_000_000L;

    private final PublishedTrack layer;
    private final long from;
    private long askedNs;
    private boolean readable;
    private long readableSinceNs;

    private LayerSwitch(PublishedTrack layer, long nowNs) {
        this.layer = layer;
        this.from = layer.log().position();
        this.askedNs = nowNs;
    }

    /** Begins to wait for a key frame of this layer; null when its log is gone. */
    static LayerSwitch to(PublishedTrack layer, long nowNs) {
        return layer.log().tryRetain() ? new LayerSwitch(layer, nowNs) : null;
    }

    /** The one that is waited for. */
    PublishedTrack layer() {
        return layer;
    }

    /** Where its log stood at the beginning. */
    long from() {
        return from;
    }

    /** Whether the key frame has to be asked for again: it came and was overwritten before this player's turn, or did not come. */
    boolean takeLost(long nowNs) {
        boolean lost =
                nowNs - askedNs >= Thinning.KEY_FRAME_RETRY_NS && layer.log().keyFramePosition() < from;
        if (lost) {
            askedNs = nowNs;
        }
        return lost;
    }

    /**
     * Where to go over now, or −1: when a key frame is there and the frame being sent has ended, or its end does not come.
     *
     * @param midFrame whether the frame being sent has not ended
     */
    long keyFrame(boolean midFrame, boolean wholeFrames, long nowNs, PeerSink sink) {
        long keyFrame = layer.log().keyFramePosition();
        if (keyFrame < from || keyFrame >= sink.readTo(layer, wholeFrames)) {
            return -1;
        }
        if (!readable) {
            readable = true;
            readableSinceNs = nowNs;
        }
        return !midFrame || nowNs - readableSinceNs >= MAX_FRAME_END_NS ? keyFrame : -1;
    }

    /** It is not to be. */
    void release() {
        layer.log().release();
    }
}
