package dev.sluice.engine.peer;

/** How a peer came to its end. Immutable. */
public enum PeerEnd {
    /** {@link Peer#requestClose} was called. */
    ASKED,
    /** close_notify from the remote. */
    DTLS_CLOSED,
    DTLS_FAILED,
    /** No authenticated check in time. */
    ICE_TIMEOUT,
    /** RFC 7675. */
    CONSENT_EXPIRED,
    /** An unexpected exception in the peer's code. */
    FAILED
}
