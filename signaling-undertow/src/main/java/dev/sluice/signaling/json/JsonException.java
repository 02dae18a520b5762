package dev.sluice.signaling.json;

/** The text is not JSON, or deeper nested than any message of ours. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message, null, false, false);
    }
}
