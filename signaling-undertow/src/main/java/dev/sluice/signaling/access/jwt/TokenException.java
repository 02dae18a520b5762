package dev.sluice.signaling.access.jwt;

/** A token that opens nothing; the message may be shown to who sent it. */
public final class TokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean keysMissing;

    private TokenException(String message, boolean keysMissing) {
        super(message);
        this.keysMissing = keysMissing;
    }

    static TokenException refused(String message) {
        return new TokenException(message, false);
    }

    /** The keys could not be fetched, so nobody can say what the token is worth. */
    static TokenException withoutKeys() {
        return new TokenException("The keys for tokens cannot be fetched at the moment.", true);
    }

    /** Whether another try may have another result. */
    public boolean keysMissing() {
        return keysMissing;
    }
}
