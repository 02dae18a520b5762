package dev.sluice.signaling.websocket;

import java.time.Duration;

/**
 * How long a WebSocket waits for what. Immutable.
 *
 * @param ping between two pings; after two unanswered ones the connection goes
 * @param offer until a publisher must have sent its offer: people answer permission questions meanwhile
 * @param answer until a player must have answered our offer
 * @param linger between our close frame and the end of TCP, for a client that does not close first
 */
public record SocketTimings(Duration ping, Duration offer, Duration answer, Duration linger) {

    public static final SocketTimings DEFAULTS = new SocketTimings(
            Duration.ofSeconds(20), Duration.ofSeconds(120), Duration.ofSeconds(10), Duration.ofSeconds(3));
}
