package dev.sluice.engine;

import dev.sluice.engine.sdp.SdpException;

/** A request that gets no session, with one sentence for the client that asked. */
public final class SessionRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for the choice of a status code. */
    public enum Refusal {
        NOT_LIVE,
        BAD_SDP,
        NO_COMMON_CODEC,
        /** The session's media has ended already. */
        ENDED,
        TOO_MANY_SESSIONS,
        TOO_MANY_FROM_SOURCE,
        /** All publishers' logs together may take no more memory. */
        TOO_MANY_PUBLISHERS,
        /** A loop's mailbox is full or the server stops. */
        OVERLOADED
    }

    private final Refusal refusal;

    public SessionRefusedException(Refusal refusal, String message) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    static SessionRefusedException of(SdpException e) {
        return new SessionRefusedException(
                e.kind() == SdpException.Kind.NO_COMMON_CODEC ? Refusal.NO_COMMON_CODEC : Refusal.BAD_SDP,
                e.getMessage());
    }

    public Refusal refusal() {
        return refusal;
    }
}
