package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port over plain NIO: a channel per local address, so that every answer leaves from the address that heard.
 * Confined to one media loop.
 */
final class NioDatagramPort implements DatagramPort {
    private static final Logger LOG = LoggerFactory.getLogger(NioDatagramPort.class);
    /** A key frame of 250 KB to a thousand players is held by no default buffer (208 KiB on Linux). */
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private static final int FREE_PORT_ATTEMPTS = 20;

    private final Selector selector;
    private final DatagramChannel[] channels;
    private final int port;
    /** The last IPv6 source of each channel, and its bits. */
    private final InetSocketAddress[] lastV6;

    private final long[] lastV6High;
    private final long[] lastV6Low;
    private int firstToRead;
    private MemorySegment ingressSegment;
    private ByteBuffer ingressBuffer;
    private MemorySegment egressSegment;
    private ByteBuffer egressBuffer;

    private NioDatagramPort(Selector selector, DatagramChannel[] channels, int port) {
        this.selector = selector;
        this.channels = channels;
        this.port = port;
        this.lastV6 = new InetSocketAddress[channels.length];
        this.lastV6High = new long[channels.length];
        this.lastV6Low = new long[channels.length];
    }

    /**
     * Binds the port on every address.
     *
     * @param port 0 takes one that is free on all of them
     * @throws IOException when the port is taken; nothing stays open
     */
    static NioDatagramPort open(List<InetAddress> addresses, int port) throws IOException {
        for (int attempt = 1; ; attempt++) {
            List<DatagramChannel> channels = new ArrayList<>();
            try {
                int bound = port;
                for (InetAddress address : addresses) {
                    channels.add(bind(address, bound));
                    bound = ((InetSocketAddress) channels.getLast().getLocalAddress()).getPort();
                }
                return register(channels, bound);
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
            channel.bind(new InetSocketAddress(address, port));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static NioDatagramPort register(List<DatagramChannel> channels, int port) throws IOException {
        Selector selector = Selector.open();
        DatagramChannel[] array = channels.toArray(DatagramChannel[]::new);
        for (int i = 0; i < array.length; i++) {
            array[i].register(selector, SelectionKey.OP_READ, i);
        }
        int granted = Math.min(
                array[0].getOption(StandardSocketOptions.SO_RCVBUF),
                array[0].getOption(StandardSocketOptions.SO_SNDBUF));
        if (granted < SOCKET_BUFFER_BYTES) {
            LOG.info(
                    "media port={} socket buffer wanted={} granted={}: raise net.core.rmem_max and net.core.wmem_max",
                    port,
                    SOCKET_BUFFER_BYTES,
                    granted);
        }
        return new NioDatagramPort(selector, array, port);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int receive(IngressBatch batch) {
        if (ingressSegment != batch.segment()) {
            ingressSegment = batch.segment();
            ingressBuffer = ingressSegment.asByteBuffer();
        }
        int before = batch.size();
        // Each call begins with another address: a flood on one fills batches, and must not silence the others.
        firstToRead = (firstToRead + 1) % channels.length;
        for (int i = 0; i < channels.length && !batch.isFull(); i++) {
            receiveFrom((firstToRead + i) % channels.length, batch);
        }
        return batch.size() - before;
    }

    private void receiveFrom(int local, IngressBatch batch) {
        try {
            while (!batch.isFull()) {
                int start = (int) batch.offset(batch.size());
                ingressBuffer.limit(start + IngressBatch.SLOT_BYTES).position(start);
                if (!(channels[local].receive(ingressBuffer) instanceof InetSocketAddress from)) {
                    return;
                }
                add(batch, ingressBuffer.position() - start, from, local);
            }
        } catch (IOException e) {
            // A pending ICMP error of an earlier send: the datagrams behind it are read in the next cycle.
            LOG.debug("receive port={} error={}", port, e.toString());
        }
    }

    private void add(IngressBatch batch, int lengthBytes, InetSocketAddress from, int local) {
        InetAddress address = from.getAddress();
        if (address instanceof Inet4Address v4) {
            // hashCode() of an Inet4Address is its 32 bits, and unlike getAddress() makes no array.
            batch.add(lengthBytes, 0, RemoteAddress.v4Mapped(v4.hashCode()), from.getPort(), local);
            return;
        }
        if (from != lastV6[local]) {
            // The channel hands out the same object as long as the source stays the same.
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            lastV6[local] = from;
            lastV6High[local] = bytes.getLong(0);
            lastV6Low[local] = bytes.getLong(8);
        }
        batch.add(lengthBytes, lastV6High[local], lastV6Low[local], from.getPort(), local);
    }

    @Override
    public int send(EgressBatch batch) {
        if (egressSegment != batch.segment()) {
            egressSegment = batch.segment();
            egressBuffer = egressSegment.asByteBuffer();
        }
        int refused = 0;
        for (int i = 0; i < batch.size(); i++) {
            RemoteAddress to = batch.destination(i);
            int start = (int) batch.offset(i);
            egressBuffer.limit(start + batch.length(i)).position(start);
            try {
                if (channels[to.localIndex()].send(egressBuffer, to.socketAddress()) == 0) {
                    refused++;
                }
            } catch (IOException e) {
                // ENETUNREACH, EPERM and the like concern this destination only.
                refused++;
            }
        }
        return refused;
    }

    @Override
    public void await(long timeoutNs) {
        try {
            if (timeoutNs <= 0) {
                selector.selectNow();
            } else {
                // To the nearest millisecond: a hold of 5 ms must not end at 4.
                selector.select(Math.max(1, (timeoutNs + 500_000) / 1_000_000));
            }
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        for (DatagramChannel channel : channels) {
            closeQuietly(channel);
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
