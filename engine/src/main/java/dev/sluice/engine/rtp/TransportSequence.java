package dev.sluice.engine.rtp;

/**
 * The transport-wide sequence number of what one peer is sent, shared by its tracks
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2). Confined to one media loop.
 */
public final class TransportSequence {
    private int next;

    /** 16 bits, of the packet that is written next. */
    int next() {
        return next;
    }

    /** That packet was written. */
    void advance() {
        next = next + 1 & 0xffff;
    }

    /** 16 bits, of the packet that was written last. */
    public int last() {
        return next - 1 & 0xffff;
    }
}
