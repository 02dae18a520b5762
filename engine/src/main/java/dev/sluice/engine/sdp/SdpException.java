package dev.sluice.engine.sdp;

/**
 * A session description that cannot be used: one sentence that names the line and says what was expected. The message
 * is printable ASCII and short, whatever the input was. Immutable.
 */
public final class SdpException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for the choice of a status code. */
    public enum Kind {
        /** Malformed, over a limit, or a way of transport we do not speak. */
        BAD_SDP,
        /** Well formed, but the two sides have no codec in common. */
        NO_COMMON_CODEC
    }

    private final Kind kind;
    private final int line;

    private SdpException(Kind kind, int line, String message) {
        super(line > 0 ? "line " + line + ": " + message : message, null, false, false);
        this.kind = kind;
        this.line = line;
    }

    static SdpException bad(int line, String message) {
        return new SdpException(Kind.BAD_SDP, line, message);
    }

    static SdpException noCommonCodec(int line, String message) {
        return new SdpException(Kind.NO_COMMON_CODEC, line, message);
    }

    public Kind kind() {
        return kind;
    }

    /** Counted from 1; 0 when no line is to blame. */
    public int line() {
        return line;
    }
}
