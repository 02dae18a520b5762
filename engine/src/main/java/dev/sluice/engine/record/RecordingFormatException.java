package dev.sluice.engine.record;

import java.io.IOException;

/** A file is no recording that can be read, with a clause that says why. */
public final class RecordingFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    public RecordingFormatException(String message) {
        super(message);
    }
}
