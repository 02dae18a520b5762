package dev.sluice.engine.record;

/**
 * What a recording notes of a peer. Immutable.
 *
 * <p>What is called a value is a long of the event's payload.
 */
public enum EventKind {
    /** A decrypted RTP packet came. */
    RTP_IN(Role.INPUT),
    /** A decrypted RTCP packet came. */
    RTCP_IN(Role.INPUT),
    /** The keys are there. Values: round trip of the handshake in ns, negative when unknown; ordinal of the SRTP profile. */
    CONNECTED(Role.INPUT),
    /** A player had its turn. Value: 1 when it takes whole frames. */
    RUN(Role.INPUT),
    /** Timers were looked at. */
    TIMER(Role.INPUT),
    /** A publisher's loop told what is new in its logs. */
    TOLD(Role.INPUT),
    /** The viewer chose. Values: slot, spatial, temporal, width, height. */
    CHOICE(Role.INPUT),
    /** Another pair of addresses, or none. */
    WAY_CHANGED(Role.INPUT),
    /** Where packets go from now on. Values: the upper and lower half of the address, port, local index. */
    ADDRESS(Role.INPUT),
    /** What all players want of a layer. Values: number of the layer, requests for key frames so far, 1 when somebody reads it. */
    WANTED(Role.INPUT),
    /** Players go over to another publication of the same publisher. */
    PUBLICATION(Role.INPUT),

    /** What the loop was asked within the input before: how late it may be. Value: ns. */
    LATE(Role.ANSWER),
    /** Whether the TCP connection takes packets. Value: 1 when it does. */
    TAKES(Role.ANSWER),
    /** The socket was full. Value: which request for room this was since the input. */
    NO_ROOM(Role.ANSWER),
    /** Up to where a player read a log that another loop writes. Value: the position. */
    READ_TO(Role.ANSWER),

    RTP_OUT(Role.OUTPUT),
    RTCP_OUT(Role.OUTPUT),
    /** A protected packet was sent once more as it was. Value: its sequence number. */
    REPEATED(Role.OUTPUT),
    /** Something was left out. Value: the reason's code. */
    DROP(Role.OUTPUT),
    /** Another quality is sent. Values: slot, spatial layer, 1 when pictures are left out; slot −1 for none. */
    LAYER(Role.OUTPUT),

    /** Events that found no room on their way to the file. Value: their number. */
    MISSED(Role.STOP),
    /** Other tracks were negotiated. */
    TRACKS_CHANGED(Role.STOP),
    /** Another publisher has the stream. */
    TAKEN_OVER(Role.STOP),
    /** The peer ended. */
    ENDED(Role.STOP);

    /** What an event is to a replay. */
    public enum Role {
        /** Brought about again. */
        INPUT,
        /** Answered again, within the input before it. */
        ANSWER,
        /** Compared. */
        OUTPUT,
        /** The replay ends here. */
        STOP
    }

    private static final EventKind[] ALL = values();

    private final Role role;

    EventKind(Role role) {
        this.role = role;
    }

    public Role role() {
        return role;
    }

    public boolean isPacket() {
        return this == RTP_IN || this == RTCP_IN || this == RTP_OUT || this == RTCP_OUT;
    }

    /** Null when there is none. */
    static EventKind of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : null;
    }
}
