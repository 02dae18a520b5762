package dev.sluice.natives;

/** A native library is missing or is not what its name says; the message is a clause such as "x.so.1 does not load". */
public final class LibraryUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public LibraryUnavailableException(String message) {
        super(message);
    }
}
