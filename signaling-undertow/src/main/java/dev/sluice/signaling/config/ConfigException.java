package dev.sluice.signaling.config;

/** The configuration is wrong; the message is one line for the operator: where, what, and what was expected. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message, null, false, false);
    }
}
