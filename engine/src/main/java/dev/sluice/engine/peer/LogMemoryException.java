package dev.sluice.engine.peer;

/** There is no memory for one more log: its publisher cannot stay. */
public final class LogMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LogMemoryException(String message) {
        super(message);
    }
}
