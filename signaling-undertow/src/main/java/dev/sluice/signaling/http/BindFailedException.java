package dev.sluice.signaling.http;

/** A listener cannot be bound; the message is one line for the operator. */
public final class BindFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    BindFailedException(String message) {
        super(message, null, false, false);
    }
}
