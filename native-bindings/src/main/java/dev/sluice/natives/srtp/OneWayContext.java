package dev.sluice.natives.srtp;

/**
 * The way a context works, until it is closed: a call that is neither is a programming error and throws, before any native
 * memory is touched. Confined to one thread.
 */
abstract class OneWayContext implements SrtpContext {
    private static final int OUTBOUND = 1;
    private static final int INBOUND = 2;
    private static final int CLOSED = 3;

    private int state;

    OneWayContext(boolean outbound) {
        state = outbound ? OUTBOUND : INBOUND;
    }

    final void requireOutbound() {
        if (state != OUTBOUND) {
            throw misuse();
        }
    }

    final void requireInbound() {
        if (state != INBOUND) {
            throw misuse();
        }
    }

    @Override
    public final void close() {
        if (state != CLOSED) {
            state = CLOSED;
            free();
        }
    }

    /** Called once. */
    abstract void free();

    private IllegalStateException misuse() {
        return new IllegalStateException(state == CLOSED ? "the SRTP context is closed" : "the wrong direction");
    }
}
