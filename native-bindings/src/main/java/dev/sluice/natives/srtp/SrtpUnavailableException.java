package dev.sluice.natives.srtp;

/** The provider asked for cannot be used; the message is one line for the operator and says what to install. */
public final class SrtpUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public SrtpUnavailableException(String message) {
        super(message);
    }
}
