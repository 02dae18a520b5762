package dev.sluice.benchmarks.floor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/** Where packets are sent from and to: an address and a port for each player. Confined to one thread. */
final class Network implements AutoCloseable {
    private static final int VETH_PORT = 40_000;
    /** Nobody's: the far end drops what is sent to it at once, as a frame for another host. */
    private static final String NOBODY = "02:00:00:00:00:01";

    private final String name;
    private final InetAddress local;
    private final List<InetSocketAddress> players;
    private final List<DatagramChannel> sockets;

    private Network(String name, InetAddress local, List<InetSocketAddress> players, List<DatagramChannel> sockets) {
        this.name = name;
        this.local = local;
        this.players = players;
        this.sockets = sockets;
    }

    /** Bound sockets that nobody reads: their receive buffers are full after the first frames, and stay so. */
    static Network loopback(int count) {
        List<InetSocketAddress> players = new ArrayList<>();
        List<DatagramChannel> sockets = new ArrayList<>();
        Network network = new Network("loopback", address(127, 0, 0, 1), players, sockets);
        try {
            for (int i = 0; i < count; i++) {
                DatagramChannel socket = DatagramChannel.open();
                sockets.add(socket);
                socket.configureBlocking(false);
                socket.bind(new InetSocketAddress(address(127, 1, i / 250, 1 + i % 250), 0));
                players.add((InetSocketAddress) socket.getLocalAddress());
            }
            return network;
        } catch (IOException e) {
            network.close();
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A veth pair in a network namespace of the calling thread's own, in which the thread stays. Neighbours are permanent, so
     * that nobody is asked for, and what arrives at the far end is dropped.
     *
     * @throws MissingException when the thread may not, or ip is not there
     */
    static Network veth(int count) {
        if (!Linux.leaveNetwork()) {
            throw new MissingException("a network namespace needs root");
        }
        List<InetSocketAddress> players = new ArrayList<>();
        StringBuilder commands = new StringBuilder("""
                link set lo up
                link add near type veth peer name far
                link set near addrgenmode none up
                link set far addrgenmode none up
                address add 198.18.0.1/15 dev near
                """);
        for (int i = 0; i < count; i++) {
            InetAddress address = address(198, 19, i / 250, 1 + i % 250);
            players.add(new InetSocketAddress(address, VETH_PORT + i));
            commands.append(
                    "neighbour add %s lladdr %s dev near nud permanent%n".formatted(address.getHostAddress(), NOBODY));
        }
        Programs.run(commands.toString(), "ip", "-batch", "-");
        return new Network("veth", address(198, 18, 0, 1), players, List.of());
    }

    private static InetAddress address(int a, int b, int c, int d) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are always an address", e);
        }
    }

    String name() {
        return name;
    }

    InetAddress local() {
        return local;
    }

    List<InetSocketAddress> players() {
        return players;
    }

    /** The players' sockets; none where packets go nowhere. */
    List<DatagramChannel> sockets() {
        return sockets;
    }

    @Override
    public void close() {
        for (DatagramChannel socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
