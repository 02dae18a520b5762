package dev.sluice.engine.net;

import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of this machine's interfaces that media can be spoken on. Stateless. */
public final class LocalAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(LocalAddresses.class);

    private LocalAddresses() {}

    /**
     * All unicast addresses of interfaces that are up, loopback last; link-local IPv6 is left out, since a candidate
     * cannot carry its zone (RFC 8445 section 5.1.1.1). Never empty: without any interface, IPv4 loopback.
     */
    public static List<InetAddress> all() {
        List<InetAddress> outer = new ArrayList<>();
        List<InetAddress> loopback = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!card.isUp()) {
                    continue;
                }
                for (InetAddress address : Collections.list(card.getInetAddresses())) {
                    if (address.isLinkLocalAddress() && address instanceof Inet6Address) {
                        continue;
                    }
                    if (!canBind(address)) {
                        // Such as an IPv6 address that the kernel still checks for duplicates.
                        LOG.warn("address={} is not used: it cannot be bound now", address.getHostAddress());
                        continue;
                    }
                    (address.isLoopbackAddress() ? loopback : outer).add(address);
                }
            }
        } catch (SocketException e) {
            // No list of interfaces: loopback is there in any case.
            outer.clear();
        }
        outer.addAll(loopback);
        return outer.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : List.copyOf(outer);
    }

    private static boolean canBind(InetAddress address) {
        try (DatagramSocket probe = new DatagramSocket(0, address)) {
            return probe.isBound();
        } catch (SocketException e) {
            return false;
        }
    }
}
