package dev.sluice.benchmarks.load;

/** The load could not be put on the server, so that nothing was measured. */
final class LoadFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    LoadFailedException(String message) {
        super(message);
    }
}
