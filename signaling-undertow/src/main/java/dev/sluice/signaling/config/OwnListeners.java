package dev.sluice.signaling.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/**
 * Tells which addresses lead back to this server's own HTTP. Immutable.
 *
 * @param listeners that of {@code listen} first, that of {@code tls_listen} last
 */
public record OwnListeners(List<InetSocketAddress> listeners) {

    /** Whether a connection to there would be one to ourselves. */
    public boolean has(InetAddress address, int port) {
        for (InetSocketAddress listener : listeners) {
            if (listener.getPort() == port && leadsTo(listener.getAddress(), address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean leadsTo(InetAddress listener, InetAddress target) {
        if (target.equals(listener)) {
            return true;
        }
        // A connection to the wildcard goes to loopback.
        if (target.isAnyLocalAddress() || target.isLoopbackAddress() && listener.isLoopbackAddress()) {
            return listener.isAnyLocalAddress() || listener.isLoopbackAddress();
        }
        return listener.isAnyLocalAddress() && isOfThisMachine(target);
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
