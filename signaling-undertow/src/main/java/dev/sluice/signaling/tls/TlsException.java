package dev.sluice.signaling.tls;

/** TLS cannot be set up; the message is one line for the operator. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message, null, false, false);
    }
}
