package dev.sluice.benchmarks.network.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Relays UDP between clients and servers, as a NAT would, over links that delay and lose: one thread for all routes. Both ends see an
 * address of this machine. Safe for many threads.
 */
public final class Relay implements AutoCloseable {
    private static final int MAX_DATAGRAM_BYTES = 65_536;
    private static final int MAX_FLOWS = 64;
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;
    private static final long END_MILLIS = 5_000;

    /** A datagram and where it leaves. */
    public static final class Packet {
        private final byte[] bytes;
        private final DatagramChannel by;
        private final SocketAddress to;

        private Packet(byte[] bytes, DatagramChannel by, SocketAddress to) {
            this.bytes = bytes;
            this.by = by;
            this.to = to;
        }
    }

    /** A client's port here, and what stands behind it. */
    private record Route(
            DatagramChannel front,
            InetSocketAddress server,
            Link<Packet> toServer,
            Link<Packet> toClient,
            Map<SocketAddress, DatagramChannel> flows) {}

    /** A socket towards the server, for one address of a client. */
    private record Flow(Route route, SocketAddress client, DatagramChannel back) {}

    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private volatile boolean isClosed;

    private Relay(Selector selector) {
        this.selector = selector;
        thread = Thread.ofPlatform().daemon().name("relay").unstarted(this::run);
    }

    public static Relay start() throws IOException {
        Relay relay = new Relay(Selector.open());
        relay.thread.start();
        return relay;
    }

    /**
     * Opens a port on loopback in front of a server's; routes that share a link share what it carries.
     *
     * @return where clients send to
     */
    public InetSocketAddress route(InetSocketAddress server, Link<Packet> toServer, Link<Packet> toClient)
            throws IOException {
        DatagramChannel front = open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Route route = new Route(front, server, toServer, toClient, new HashMap<>());
        routes.add(route);
        front.register(selector, SelectionKey.OP_READ, route);
        selector.wakeup();
        return (InetSocketAddress) front.getLocalAddress();
    }

    private static DatagramChannel open(InetSocketAddress local) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        channel.configureBlocking(false);
        channel.bind(local);
        return channel;
    }

    private void run() {
        try {
            while (!isClosed) {
                await();
                for (SelectionKey key : selector.selectedKeys()) {
                    receive(key);
                }
                selector.selectedKeys().clear();
                deliver();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closeAll();
        }
    }

    /** Until something arrives or is due; a millisecond is the selector's grain. */
    private void await() throws IOException {
        long deadlineNs = Long.MAX_VALUE;
        for (Link<Packet> link : links()) {
            deadlineNs = Math.min(deadlineNs, link.deadlineNs());
        }
        if (deadlineNs == Long.MAX_VALUE) {
            selector.select();
            return;
        }
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
            selector.selectNow();
        } else {
            selector.select(Math.max(1, leftNs / 1_000_000));
        }
    }

    private Set<Link<Packet>> links() {
        Set<Link<Packet>> links = new LinkedHashSet<>();
        for (Route route : routes) {
            links.add(route.toServer());
            links.add(route.toClient());
        }
        return links;
    }

    private void receive(SelectionKey key) throws IOException {
        DatagramChannel channel = (DatagramChannel) key.channel();
        while (true) {
            buffer.clear();
            SocketAddress from = channel.receive(buffer);
            if (from == null) {
                return;
            }
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            long nowNs = System.nanoTime();
            if (key.attachment() instanceof Flow flow) {
                Packet packet = new Packet(bytes, flow.route().front(), flow.client());
                flow.route().toClient().offer(packet, bytes.length, nowNs);
            } else if (key.attachment() instanceof Route route) {
                DatagramChannel back = back(route, from);
                if (back != null) {
                    route.toServer().offer(new Packet(bytes, back, route.server()), bytes.length, nowNs);
                }
            }
        }
    }

    /** The socket by which a client's datagrams go on; null when it has too many addresses. */
    private DatagramChannel back(Route route, SocketAddress client) throws IOException {
        DatagramChannel back = route.flows().get(client);
        if (back == null && route.flows().size() < MAX_FLOWS) {
            back = open(null);
            route.flows().put(client, back);
            back.register(selector, SelectionKey.OP_READ, new Flow(route, client, back));
        }
        return back;
    }

    private void deliver() {
        long nowNs = System.nanoTime();
        for (Link<Packet> link : links()) {
            for (Packet packet = link.poll(nowNs); packet != null; packet = link.poll(nowNs)) {
                try {
                    packet.by.send(ByteBuffer.wrap(packet.bytes), packet.to);
                } catch (IOException e) {
                    // Nobody is there any more: lost, as on any way.
                }
            }
        }
    }

    private void closeAll() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
