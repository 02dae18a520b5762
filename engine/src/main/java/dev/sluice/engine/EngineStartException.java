package dev.sluice.engine;

/** The engine cannot start; the message is one clear line for the operator. */
public final class EngineStartException extends Exception {
    private static final long serialVersionUID = 1L;

    public EngineStartException(String message) {
        super(message);
    }
}
