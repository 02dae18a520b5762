package dev.sluice.engine.metrics;

/** What a loop counts beside its drops. Immutable. */
public enum Counter {
    DATAGRAMS_IN,
    BYTES_IN,
    DATAGRAMS_OUT,
    BYTES_OUT,
    RECEIVE_CALLS,
    /** RTP packets sent to players. */
    RTP_FORWARDED,
    KEY_FRAME_REQUESTS_RECEIVED,
    KEY_FRAME_REQUESTS_SENT,
    HANDSHAKES_COMPLETED,
    PEERS_ADDED,
    PEERS_ENDED,
    /** The longest duty cycle since the start; a maximum, not a sum. */
    DUTY_CYCLE_MAX_NS
}
