package dev.sluice.engine;

/** Why a session ended. Immutable. */
public enum SessionEnd {
    /** The client closed its WebSocket, or deleted its resource. */
    CLIENT_CLOSED,
    /** DTLS close_notify from the client. */
    DTLS_CLOSED,
    /** No ICE check for 30 s (RFC 7675). */
    CONSENT_EXPIRED,
    /** No ICE check came within 10 s. */
    ICE_TIMEOUT,
    /** No handshake within 10 s after ICE, a wrong fingerprint, or no common SRTP profile. */
    DTLS_FAILED,
    /** Another publisher took the stream over. */
    REPLACED,
    /** The operator ended it. */
    OPERATOR,
    /** The publisher has gone and did not return within the grace time. */
    STREAM_ENDED,
    /** A new publisher's codecs do not fit this player. */
    CODECS_CHANGED,
    /** The right to publish or play is over: a token expired, or the configuration or a hook no longer allows it. */
    ACCESS_ENDED,
    /** A publisher went on sending more than its stream allows. */
    BITRATE_EXCEEDED,
    /** The server stops. */
    SERVER_STOPPING,
    /** A programming error closed the peer; it is in the error log. */
    FAILED
}
