package dev.sluice.engine.net;

import dev.sluice.natives.net.SocketBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of a port, one for each local address so that every answer leaves from the address that heard, and the
 * selector that waits for them. Confined to one media loop, {@link #wakeup} excepted.
 */
final class PortSockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PortSockets.class);
    /**
     * A key frame of 250 KB to a thousand players is held by no default buffer. Nor is what comes while the machine stands still:
     * of packets of 1,200 bytes, which the kernel counts as 2,304, Linux's 208 KiB hold 184 (37 ms of 5,000 a second), these
     * 3,640.
     */
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private static final int FREE_PORT_ATTEMPTS = 20;

    private final Selector selector;
    /** Null where the selector's own way has to do. */
    private final WakePipe wake;
    /** Kept here, since a channel that nothing refers to is closed by the collector. */
    private final DatagramChannel[] channels;

    private final SelectionKey[] keys;
    private final List<InetAddress> addresses;
    private final int port;
    /** What the selector found last: asking it costs half of what one empty read does (280 ns against 530). */
    private final boolean[] readable;

    private final TcpConnections tcp;

    private final Consumer<SelectionKey> found = this::onSelected;
    /** Whether the selector was asked since the last look. */
    private boolean fresh;

    /** Sockets that took nothing for too long; nobody waits for them until they take something. */
    private final boolean[] stuck;
    /** Stuck sockets that took nothing in the present send either. */
    private final boolean[] refusing;

    private int first;
    private boolean awaitsWritable;

    private PortSockets(
            Selector selector,
            WakePipe wake,
            DatagramChannel[] channels,
            SelectionKey[] keys,
            List<InetAddress> addresses,
            int port) {
        this.selector = selector;
        this.wake = wake;
        this.channels = channels;
        this.keys = keys;
        this.addresses = addresses;
        this.tcp = new TcpConnections(selector);
        this.readable = new boolean[channels.length];
        this.stuck = new boolean[channels.length];
        this.refusing = new boolean[channels.length];
        this.port = port;
    }

    /**
     * Binds the port on every address.
     *
     * @param port 0 takes one that is free on all of them
     * @throws IOException when the port is taken; nothing stays open
     */
    static PortSockets open(List<InetAddress> addresses, int port) throws IOException {
        for (int attempt = 1; ; attempt++) {
            List<DatagramChannel> channels = new ArrayList<>();
            try {
                int bound = port;
                for (InetAddress address : addresses) {
                    channels.add(bind(address, bound));
                    bound = ((InetSocketAddress) channels.getLast().getLocalAddress()).getPort();
                }
                return register(channels, addresses, bound);
            } catch (IOException e) {
                for (DatagramChannel channel : channels) {
                    channel.close();
                }
                if (port != 0 || !(e instanceof BindException) || attempt == FREE_PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static DatagramChannel bind(InetAddress address, int port) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            if (granted(channel) < SOCKET_BUFFER_BYTES && ChannelDescriptor.isKnown()) {
                boolean ignored = SocketBuffers.force(ChannelDescriptor.of(channel), SOCKET_BUFFER_BYTES);
            }
            channel.bind(new InetSocketAddress(address, port));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static int granted(DatagramChannel channel) throws IOException {
        return Math.min(
                channel.getOption(StandardSocketOptions.SO_RCVBUF), channel.getOption(StandardSocketOptions.SO_SNDBUF));
    }

    private static PortSockets register(List<DatagramChannel> channels, List<InetAddress> addresses, int port)
            throws IOException {
        Selector selector = Selector.open();
        try {
            return register(selector, channels, addresses, port);
        } catch (IOException e) {
            // Before the channels: a channel that is registered keeps its descriptor until the selector lets go.
            selector.close();
            throw e;
        }
    }

    private static PortSockets register(
            Selector selector, List<DatagramChannel> channels, List<InetAddress> addresses, int port)
            throws IOException {
        DatagramChannel[] array = channels.toArray(DatagramChannel[]::new);
        SelectionKey[] keys = new SelectionKey[array.length];
        for (int i = 0; i < array.length; i++) {
            keys[i] = array[i].register(selector, SelectionKey.OP_READ, i);
        }
        int granted = granted(array[0]);
        if (granted < SOCKET_BUFFER_BYTES) {
            LOG.info(
                    "media port={} socket buffer wanted={} granted={}: raise net.core.rmem_max and net.core.wmem_max",
                    port,
                    SOCKET_BUFFER_BYTES,
                    granted);
        }
        return new PortSockets(selector, WakePipe.open(selector), array, keys, List.copyOf(addresses), port);
    }

    int port() {
        return port;
    }

    /** Local addresses, and so sockets. */
    int count() {
        return channels.length;
    }

    /** What is read in turn: the sockets, and all TCP connections together as the last. */
    int turns() {
        return channels.length + 1;
    }

    TcpConnections tcp() {
        return tcp;
    }

    DatagramChannel channel(int local) {
        return channels[local];
    }

    /** The local address; its family is the socket's. */
    InetAddress address(int local) {
        return addresses.get(local);
    }

    /**
     * Looks which sockets have datagrams, unless {@link #await} just did.
     *
     * @return the turn to begin with, another in each turn: a flood on one fills batches, and must not silence the others
     */
    int look() {
        if (!fresh) {
            select(0);
        }
        fresh = false;
        first = (first + 1) % turns();
        return first;
    }

    /** Whether the last look found datagrams there. */
    boolean isReadable(int local) {
        return readable[local];
    }

    /** A send begins: every stuck socket is tried once more. */
    void startSend() {
        Arrays.fill(refusing, false);
    }

    /** Nobody waits for this socket until it takes something again. */
    void giveUp(int local) {
        stuck[local] = true;
    }

    /** Whether this socket is stuck and was tried in the present send: what is for it is dropped. */
    boolean isRefusing(int local) {
        return refusing[local];
    }

    /** The socket took something. */
    void onTaken(int local) {
        stuck[local] = false;
    }

    /**
     * The socket is full. Unless it is stuck the next {@link #await} ends as soon as it takes something again.
     *
     * @return whether it is stuck, so that the others' datagrams go on without it
     */
    boolean onFull(int local) {
        if (stuck[local]) {
            refusing[local] = true;
            return true;
        }
        keys[local].interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        awaitsWritable = true;
        return false;
    }

    void await(long timeoutNs) {
        select(timeoutNs);
        fresh = true;
        if (awaitsWritable) {
            awaitsWritable = false;
            for (SelectionKey key : keys) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }

    private void select(long timeoutNs) {
        Arrays.fill(readable, false);
        try {
            if (timeoutNs <= 0) {
                selector.selectNow(found);
            } else {
                // To the nearest millisecond: a hold of 5 ms must not end at 4.
                selector.select(found, Math.max(1, (timeoutNs + 500_000) / 1_000_000));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onSelected(SelectionKey key) {
        if (key.attachment() instanceof TcpConnection connection) {
            tcp.onReady(connection);
        } else if (key.attachment() == wake) {
            wake.drain();
        } else if (key.isReadable()) {
            readable[(Integer) key.attachment()] = true;
        }
    }

    /** Safe for many threads. */
    void wakeup() {
        if (wake != null) {
            wake.ring();
        } else {
            selector.wakeup();
        }
    }

    @Override
    public void close() {
        tcp.close();
        for (DatagramChannel channel : channels) {
            closeQuietly(channel);
        }
        if (wake != null) {
            closeQuietly(wake);
        }
        closeQuietly(selector);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.debug("close error={}", e.toString());
        }
    }
}
