package dev.sluice.engine;

/** A recording that does not begin, with one sentence for who asked. */
public final class RecordingRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for the choice of a status code. */
    public enum Refusal {
        /** A session of this stream is recorded already. */
        RUNNING,
        /** Other streams are. */
        TOO_MANY,
        /** The session has ended. */
        ENDED,
        /** A loop does not answer. */
        OVERLOADED
    }

    private final Refusal refusal;

    public RecordingRefusedException(Refusal refusal, String message) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
