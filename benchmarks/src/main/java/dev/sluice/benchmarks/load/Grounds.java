package dev.sluice.benchmarks.load;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a load may go: to loopback, to an address of this machine, and across a veth pair with a network of at most 16 addresses,
 * as is made for a network namespace. Nowhere else, so that nobody is flooded by a slip. Immutable.
 */
final class Grounds {
    private static final int SMALL_PREFIX = 28;

    private Grounds() {}

    static boolean isAllowed(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        try {
            return NetworkInterface.networkInterfaces().anyMatch(each -> isAllowed(each, address));
        } catch (SocketException e) {
            return false;
        }
    }

    private static boolean isAllowed(NetworkInterface through, InetAddress address) {
        for (InterfaceAddress own : through.getInterfaceAddresses()) {
            if (own.getAddress().equals(address)) {
                return true;
            }
            if (own.getNetworkPrefixLength() >= SMALL_PREFIX
                    && own.getAddress() instanceof Inet4Address
                    && address instanceof Inet4Address
                    && isSameNetwork(own.getAddress(), address, own.getNetworkPrefixLength())
                    && isVeth(through)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSameNetwork(InetAddress a, InetAddress b, int prefixLength) {
        return (a.hashCode() ^ b.hashCode()) >>> Integer.SIZE - prefixLength == 0;
    }

    /** Its other end is another interface. */
    private static boolean isVeth(NetworkInterface device) {
        Path directory = Path.of("/sys/class/net", device.getName());
        try {
            List<String> numbers = List.of(
                    Files.readString(directory.resolve("ifindex")), Files.readString(directory.resolve("iflink")));
            return !numbers.get(0).equals(numbers.get(1));
        } catch (IOException e) {
            return false;
        }
    }

    /** The address from which a client of this server sends. */
    static InetAddress localFor(InetAddress server) throws IOException {
        if (server.isLoopbackAddress()) {
            return InetAddress.getByName("127.0.0.1");
        }
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.connect(new InetSocketAddress(server, 9));
            return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        }
    }
}
