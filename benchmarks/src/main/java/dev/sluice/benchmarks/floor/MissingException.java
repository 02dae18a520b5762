package dev.sluice.benchmarks.floor;

/** Something that the measurement needs is not on this machine; the message says what, in one line. */
final class MissingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
        super(message);
    }
}
