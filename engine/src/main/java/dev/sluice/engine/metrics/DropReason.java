package dev.sluice.engine.metrics;

/**
 * Why a datagram or packet was dropped. Parsers and cores return {@code code()} (negative); the loop counts it.
 * Immutable.
 */
public enum DropReason {
    EMPTY_DATAGRAM,
    /** First byte in none of RFC 7983's ranges. */
    UNKNOWN_PROTOCOL,
    /** Not STUN, and the source address belongs to no peer. */
    UNKNOWN_SOURCE,
    STUN_MALFORMED,
    STUN_BAD_FINGERPRINT,
    STUN_NO_INTEGRITY,
    STUN_BAD_INTEGRITY,
    STUN_UNKNOWN_USER,
    STUN_NOT_A_REQUEST,
    STUN_UNKNOWN_ATTRIBUTE,
    /** A check from a remote that takes itself for the controlled side; it is answered with 487. */
    ICE_ROLE_CONFLICT,
    ICE_TOO_MANY_PAIRS,
    /** DTLS or media from an address that passed no ICE check. */
    NOT_A_VALID_PAIR,
    DTLS_MALFORMED,
    DTLS_FRAGMENT_BOUND,
    DTLS_QUEUE_FULL,
    DTLS_NOT_EXPECTED,
    /** As many handshakes run as may; the client sends its hello again. */
    DTLS_TOO_MANY_HANDSHAKES,
    SRTP_NO_KEYS,
    SRTP_AUTHENTICATION,
    SRTP_REPLAYED,
    SRTP_TOO_OLD,
    SRTP_MALFORMED,
    SRTP_TOO_MANY_SSRCS,
    SRTP_FAILED,
    RTP_MALFORMED,
    RTP_UNKNOWN_SSRC,
    RTP_UNKNOWN_PAYLOAD_TYPE,
    RTP_FROM_PLAYER,
    /** The packet was here before: sent again too often, or as a probe (RFC 4588). */
    RTP_DUPLICATE,
    /** Sent before the packet at which a player joined or changed its source, but came after it. */
    RTP_LATE,
    /** A player's video starts at a key frame only. */
    RTP_BEFORE_KEY_FRAME,
    /** Rewritten for a player, the packet would be larger than a datagram may be. */
    RTP_TOO_LARGE,
    RTCP_MALFORMED,
    /** A player asks for more packets again than its stream can need. */
    RESEND_OVER_BUDGET,
    /** A player asks for what it never got, or for what is too old. */
    RESEND_UNKNOWN,
    /** A player asks for key frames again and again: each is one for all players of its stream. */
    KEY_FRAME_OVER_BUDGET,
    /** A player tells of its packets' arrival far more often than any browser; the feedback is not read. */
    FEEDBACK_OVER_BUDGET,
    LOG_TOO_LARGE,
    LAPPED,
    /** The socket takes nothing now, and the batch that waits for it is full. */
    EGRESS_FULL,
    /** For a socket that has taken nothing for too long, and nothing since. */
    SEND_STUCK,
    /** For a TCP connection that is gone, or that has taken too little for so much to wait. */
    TCP_FULL,
    /** Refused by the kernel: no route, a filter, too large. */
    SEND_FAILED;

    private static final DropReason[] BY_CODE = values();

    /** The negative number by which a core says this reason: −1 for the first. */
    public int code() {
        return -1 - ordinal();
    }

    /** The reason behind a negative code. */
    public static DropReason ofCode(int code) {
        return BY_CODE[-1 - code];
    }
}
