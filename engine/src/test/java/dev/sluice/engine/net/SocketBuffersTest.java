package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.natives.net.SocketBuffers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

class SocketBuffersTest {
    private static final int BYTES = 4 << 20;
    /** A second of 2,500 packets/s: what arrives while the machine stands still must be there afterwards. */
    private static final int PACKETS = 2_500;

    @Test
    void shouldTakeLittleMoreThanItsBoundWhenNobodyReads() throws IOException {
        assumeTrue(ChannelDescriptor.isKnown());
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, 16 << 10);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel from = SocketChannel.open(listener.getLocalAddress());
                    SocketChannel to = listener.accept()) {
                assumeTrue(SocketBuffers.boundUnsent(ChannelDescriptor.of(from), 8 << 10), "no such thing here");
                from.configureBlocking(false);
                long taken = 0;
                for (int i = 0; i < 10_000; i++) {
                    taken += from.write(ByteBuffer.allocate(1_000));
                }
                long bytes = taken;
                assertTrue(bytes < 128 << 10, () -> bytes + " bytes wait in " + to);
            }
        }
    }

    @Test
    void shouldHoldWhatArrivesWhileNobodyReads() throws IOException {
        assumeTrue(ChannelDescriptor.isKnown());
        try (DatagramChannel to = DatagramChannel.open(StandardProtocolFamily.INET);
                DatagramChannel from = DatagramChannel.open(StandardProtocolFamily.INET)) {
            assumeTrue(SocketBuffers.force(ChannelDescriptor.of(to), BYTES), "may not");
            assertTrue(to.getOption(StandardSocketOptions.SO_RCVBUF) >= BYTES);
            assertTrue(to.getOption(StandardSocketOptions.SO_SNDBUF) >= BYTES);
            to.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            to.configureBlocking(false);
            for (int i = 0; i < PACKETS; i++) {
                from.send(ByteBuffer.allocate(1_200), to.getLocalAddress());
            }
            ByteBuffer in = ByteBuffer.allocate(1_500);
            int received = 0;
            while (to.receive(in.clear()) != null) {
                received++;
            }
            assertEquals(PACKETS, received);
        }
    }
}
