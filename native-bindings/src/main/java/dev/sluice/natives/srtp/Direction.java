package dev.sluice.natives.srtp;

/**
 * Which way a context works, until it is closed: a call that is neither is a programming error and throws, before any
 * native memory is touched. Confined to one thread.
 */
final class Direction {
    private static final int OUTBOUND = 1;
    private static final int INBOUND = 2;
    private static final int CLOSED = 3;

    private int state;

    Direction(boolean outbound) {
        state = outbound ? OUTBOUND : INBOUND;
    }

    void requireOutbound() {
        if (state != OUTBOUND) {
            throw misuse();
        }
    }

    void requireInbound() {
        if (state != INBOUND) {
            throw misuse();
        }
    }

    /** Whether it was open. */
    boolean close() {
        boolean wasOpen = state != CLOSED;
        state = CLOSED;
        return wasOpen;
    }

    private IllegalStateException misuse() {
        return new IllegalStateException(state == CLOSED ? "the SRTP context is closed" : "the wrong direction");
    }
}
