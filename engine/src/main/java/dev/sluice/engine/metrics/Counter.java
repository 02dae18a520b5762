package dev.sluice.engine.metrics;

/** What a loop counts beside its drops. Immutable. */
public enum Counter {
    DATAGRAMS_IN,
    BYTES_IN,
    DATAGRAMS_OUT,
    BYTES_OUT,
    /** System calls that asked for datagrams, empty answers included. */
    RECEIVE_CALLS,
    /** System calls that sent datagrams; a refused sendmmsg is two, as it is made again to learn the reason. */
    SEND_CALLS,
    /** Messages that the kernel cut into datagrams (UDP_SEGMENT), and the datagrams it made of them. */
    GSO_RUNS,
    GSO_SEGMENTS,
    /** Messages of several datagrams that the kernel refused as such; their datagrams were sent one by one. */
    GSO_RUNS_REFUSED,
    /** Times the socket was full, so that the rest of a batch had to wait. */
    SEND_WAITS,
    /** RTP packets sent to players. */
    RTP_FORWARDED,
    /** Packets that publishers were asked to send again, and those that came so or late; each question counts. */
    NACKS_SENT,
    RTP_REPAIRED,
    /** Packets that players asked to be sent again, and those that were. */
    NACKS_RECEIVED,
    RTP_RESENT,
    /** Of them, those that feedback told of and no NACK. */
    RTP_RESENT_UNASKED,
    KEY_FRAME_REQUESTS_RECEIVED,
    KEY_FRAME_REQUESTS_SENT,
    /** Pictures that began with a burst out of the log. */
    INSTANT_STARTS,
    HANDSHAKES_COMPLETED,
    HANDSHAKES_FAILED,
    PEERS_ADDED,
    PEERS_ENDED,
    /** Commands turned away because the mailbox was full. */
    MAILBOX_REFUSALS,
    /** Returns from sleep: by a datagram, another thread or the clock. */
    WAKEUPS,
    /** The longest duty cycle since the start, sleep not counted. */
    DUTY_CYCLE_MAX_NS;

    /** Whether the loops' values make a maximum together, not a sum. */
    boolean isMaximum() {
        return this == DUTY_CYCLE_MAX_NS;
    }
}
