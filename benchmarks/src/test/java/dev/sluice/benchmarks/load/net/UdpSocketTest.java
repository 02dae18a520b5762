package dev.sluice.benchmarks.load.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class UdpSocketTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final MemorySegment out = Arena.ofAuto().allocate(2_048, 8);

    @Test
    void shouldReceiveInOrderWithLengthAndTime() throws IOException {
        try (UdpSocket a = UdpSocket.open(LOOPBACK, 1 << 20);
                UdpSocket b = UdpSocket.open(LOOPBACK, 1 << 20)) {
            connect(a, b);
            ReceiveBatch batch = new ReceiveBatch(4, 16);
            long beforeNs = new KernelClock().realtimeNs();
            for (int round = 0; round < 3; round++) {
                assertEquals(0, b.receive(batch));
                for (int i = 0; i < 3; i++) {
                    out.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
                    assertTrue(a.send(out, 0, 8 + i * 10));
                }
                assertEquals(3, b.receive(batch));
                for (int i = 0; i < 3; i++) {
                    assertEquals(8 + i * 10, batch.lengthBytes(i));
                    assertEquals(i, batch.data().get(ValueLayout.JAVA_BYTE, batch.offset(i)));
                    assertTrue(batch.arrivedNs(i) >= beforeNs);
                }
                assertTrue(batch.isWhole(0));
                assertFalse(batch.isWhole(2));
            }
        }
    }

    @Test
    void shouldSayWhenTheBatchIsFull() throws IOException {
        try (UdpSocket a = UdpSocket.open(LOOPBACK, 1 << 20);
                UdpSocket b = UdpSocket.open(LOOPBACK, 1 << 20)) {
            connect(a, b);
            ReceiveBatch batch = new ReceiveBatch(2, 16);
            for (int i = 0; i < 3; i++) {
                a.send(out, 0, 8);
            }
            b.receive(batch);
            assertTrue(batch.isFull());
            b.receive(batch);
            assertEquals(1, batch.count());
        }
    }

    private static void connect(UdpSocket a, UdpSocket b) throws IOException {
        a.connect(new InetSocketAddress(LOOPBACK, b.localPort()));
        b.connect(new InetSocketAddress(LOOPBACK, a.localPort()));
    }
}
