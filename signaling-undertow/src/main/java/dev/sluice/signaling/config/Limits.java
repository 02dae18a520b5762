package dev.sluice.signaling.config;

/**
 * Caps. Those per source do not count loopback and this host's own addresses. Immutable.
 *
 * @param maxSessions media sessions in all, 0: as many as memory allows
 * @param maxSessionsPerSource media sessions of one client address
 * @param maxHandshakesPerSource unfinished DTLS handshakes of one client address
 * @param maxConnections HTTP and WebSocket connections in all, 0: as many as memory allows
 * @param maxConnectionsPerSource HTTP and WebSocket connections of one client address
 * @param videoLogKib what is kept of a published video track, a power of two
 * @param audioLogKib what is kept of a published audio track, a power of two
 */
public record Limits(
        int maxSessions,
        int maxSessionsPerSource,
        int maxHandshakesPerSource,
        int maxConnections,
        int maxConnectionsPerSource,
        int videoLogKib,
        int audioLogKib) {

    /** What one connection may take: its pooled buffers, those of TLS, a message of 64 KiB now and then. */
    private static final long BYTES_PER_CONNECTION = 128 * 1024;

    public static final Limits DEFAULTS = new Limits(0, 5_000, 1_000, 0, 5_000, 4_096, 128);

    /** The cap on connections, from the heap's bound when none is set. */
    public int connectionsInAll() {
        return maxConnections > 0
                ? maxConnections
                : Math.clamp(Runtime.getRuntime().maxMemory() / BYTES_PER_CONNECTION, 1_000, 1_000_000);
    }
}
