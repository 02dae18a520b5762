package dev.sluice.signaling.access.outbound;

import java.io.IOException;

/** A request of ours would have come to ourselves. */
public final class OwnAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    OwnAddressException() {
        super("the address is this server's own");
    }
}
