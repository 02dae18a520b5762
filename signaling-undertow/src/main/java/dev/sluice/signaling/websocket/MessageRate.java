package dev.sluice.signaling.websocket;

/**
 * Counts messages in windows of ten seconds. An honest client sends an offer or answer and some dozens of candidates. Confined to
 * one I/O thread.
 */
final class MessageRate {
    static final int MAX_PER_WINDOW = 300;
    private static final long WINDOW_NS = 10_000_000_000L;

    private long windowStartNs;
    private int count;

    boolean allows(long nowNs) {
        if (count == 0 || nowNs - windowStartNs > WINDOW_NS) {
            windowStartNs = nowNs;
            count = 0;
        }
        return ++count <= MAX_PER_WINDOW;
    }
}
