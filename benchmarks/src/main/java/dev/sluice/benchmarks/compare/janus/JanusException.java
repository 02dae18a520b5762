package dev.sluice.benchmarks.compare.janus;

/** Janus refused a request, or answered with what cannot be used. */
final class JanusException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    JanusException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** Janus' own number; 0 when it gave none. */
    int code() {
        return code;
    }
}
