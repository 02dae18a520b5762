package dev.sluice.signaling.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A UDP port in front of a server's that loses some of the RTP on the way, by a seed. Each client gets a socket of its own
 * towards the server. One thread works; the loss may be set from any.
 */
final class LossyRelay implements AutoCloseable {
    private final InetSocketAddress server;
    private final Selector selector;
    private final DatagramChannel front;
    private final Map<SocketAddress, DatagramChannel> backs = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(2048);
    private final Random random;
    private final Thread thread;
    private volatile int lossPercent;

    LossyRelay(int serverPort, long seed) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        server = new InetSocketAddress(loopback, serverPort);
        random = new Random(seed);
        selector = Selector.open();
        front = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0));
        front.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        thread = Thread.ofPlatform().daemon().name("lossy-relay").start(this::run);
    }

    int port() throws IOException {
        return ((InetSocketAddress) front.getLocalAddress()).getPort();
    }

    /** Of the RTP packets of both ways; checks, handshakes and RTCP get through. */
    void lose(int percent) {
        lossPercent = percent;
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(key -> relay((DatagramChannel) key.channel(), (SocketAddress) key.attachment()));
            }
        } catch (IOException | ClosedSelectorException e) {
            // Closed.
            return;
        }
    }

    /** From the front (no client attached) to the client's socket, or from that one to the client. */
    private void relay(DatagramChannel from, SocketAddress client) {
        try {
            buffer.clear();
            SocketAddress source = from.receive(buffer);
            if (source == null) {
                return;
            }
            buffer.flip();
            if (isLost()) {
                return;
            }
            if (client != null) {
                front.send(buffer, client);
            } else {
                back(source).send(buffer, server);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatagramChannel back(SocketAddress client) throws IOException {
        DatagramChannel back = backs.get(client);
        if (back == null) {
            back = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            back.configureBlocking(false).register(selector, SelectionKey.OP_READ, client);
            backs.put(client, back);
        }
        return back;
    }

    private boolean isLost() {
        int first = buffer.get(0) & 0xff;
        int second = buffer.remaining() < 2 ? 0 : buffer.get(1) & 0xff;
        boolean rtp = first >= 128 && first < 192 && (second < 192 || second > 223);
        return rtp && random.nextInt(100) < lossPercent;
    }

    @Override
    public void close() throws Exception {
        selector.close();
        thread.join();
        front.close();
        for (DatagramChannel back : backs.values()) {
            back.close();
        }
    }
}
