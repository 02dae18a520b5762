package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every port must do, over loopback. */
class DatagramPortTest {
    private static final int FLOOD = 3 * IngressBatch.CAPACITY;
    private static final String V4 = "127.0.0.1";
    private static final String V6 = "::1";

    private final Arena arena = Arena.ofAuto();
    private final LoopCounters counters = new LoopCounters();
    private final IngressBatch ingress = new IngressBatch(arena);
    private final EgressBatch egress = new EgressBatch(arena);

    static List<String> options() {
        return Ports.options();
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldHearEveryAddressWhenOneIsFlooded(String option) throws IOException {
        List<String> addresses = List.of(V4, "127.0.0.2");
        try (DatagramPort port = Ports.open(option, V4, "127.0.0.2");
                DatagramSocket socket = socket(V4)) {
            for (int flooded = 0; flooded < addresses.size(); flooded++) {
                int quiet = 1 - flooded;
                for (int i = 0; i < FLOOD; i++) {
                    send(socket, addresses.get(flooded), port.port(), new byte[1]);
                }
                send(socket, addresses.get(quiet), port.port(), new byte[1]);
                int ofQuiet = 0;
                for (int call = 0; call < 2; call++) {
                    ingress.clear();
                    port.receive(ingress, counters);
                    for (int i = 0; i < ingress.size(); i++) {
                        ofQuiet += ingress.localIndex(i) == quiet ? 1 : 0;
                    }
                }
                assertEquals(1, ofQuiet, "heard in two calls");
                int left = 0;
                do {
                    ingress.clear();
                    left += port.receive(ingress, counters);
                } while (ingress.size() > 0);
                assertTrue(left > 0, "while the flood was not over");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    @Timeout(30)
    void shouldNotSleepOnAnUnansweredWakeUp(String option) throws IOException {
        try (DatagramPort port = Ports.open(option, V4)) {
            for (int i = 0; i < 100_000; i++) {
                port.wakeup();
            }
            port.await(TimeUnit.MINUTES.toNanos(1));
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldTellBytesAndSourceOfIpv4(String option) throws IOException {
        shouldTellBytesAndSource(option, V4);
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldTellBytesAndSourceOfIpv6(String option) throws IOException {
        assumeTrue(Ports.hasIpv6());
        shouldTellBytesAndSource(option, V6);
    }

    private void shouldTellBytesAndSource(String option, String address) throws IOException {
        try (DatagramPort port = Ports.open(option, "127.0.0.2", address);
                DatagramSocket one = socket(address);
                DatagramSocket other = socket(address)) {
            byte[] large = bytes(IngressBatch.SLOT_BYTES + 100, 7);
            send(one, address, port.port(), bytes(1_200, 1));
            send(other, address, port.port(), bytes(0, 2));
            send(one, address, port.port(), large);
            ingress.clear();
            while (ingress.size() < 3) {
                port.await(1_000_000_000L);
                port.receive(ingress, counters);
            }
            assertArrayEquals(bytes(1_200, 1), received(0));
            assertArrayEquals(bytes(0, 2), received(1));
            assertArrayEquals(
                    Arrays.copyOf(large, IngressBatch.SLOT_BYTES), received(2), "what is too long is cut off");
            List<DatagramSocket> sources = List.of(one, other, one);
            for (int i = 0; i < 3; i++) {
                InetSocketAddress from = (InetSocketAddress) sources.get(i).getLocalSocketAddress();
                RemoteAddress heard =
                        new RemoteAddress(ingress.high(i), ingress.low(i), ingress.port(i), ingress.localIndex(i));
                assertEquals(from, heard.socketAddress());
                assertEquals(1, heard.localIndex());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldAddBehindWhatTheBatchHolds(String option) throws IOException {
        try (DatagramPort port = Ports.open(option, V4);
                DatagramSocket socket = socket(V4)) {
            for (int i = 0; i < FLOOD; i++) {
                send(socket, V4, port.port(), bytes(20, i));
            }
            ingress.clear();
            for (int i = 0; i < 10; i++) {
                MemorySegment.copy(
                        bytes(5, 100 + i), 0, ingress.segment(), ValueLayout.JAVA_BYTE, ingress.offset(i), 5);
                ingress.add(5, 1, 2, 3, 4);
            }
            assertEquals(IngressBatch.CAPACITY - 10, port.receive(ingress, counters));
            assertArrayEquals(bytes(5, 109), received(9));
            assertArrayEquals(bytes(20, 0), received(10));
            assertArrayEquals(bytes(20, 53), received(63));
            ingress.clear();
            assertEquals(IngressBatch.CAPACITY, port.receive(ingress, counters));
            assertArrayEquals(bytes(20, 54), received(0), "nothing is lost between two calls");
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldSendEveryDatagramAsItIsToIpv4(String option) throws IOException {
        shouldSendEveryDatagramAsItIs(option, V4);
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldSendEveryDatagramAsItIsToIpv6(String option) throws IOException {
        assumeTrue(Ports.hasIpv6());
        shouldSendEveryDatagramAsItIs(option, V6);
    }

    /** Sizes as they come: equal, a byte apart, audio between, the last shorter, more than a message may have. */
    private void shouldSendEveryDatagramAsItIs(String option, String address) throws IOException {
        int[] sizes = new int[200];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i < 70 ? 300 : i % 11 == 0 ? 90 : i < 150 ? 1_200 : 1_100 + i % 3;
        }
        try (DatagramPort port = Ports.open(option, "127.0.0.2", address);
                DatagramSocket one = socket(address);
                DatagramSocket other = socket(address)) {
            RemoteAddress toOne = remote(one, 1);
            RemoteAddress toOther = remote(other, 1);
            for (int i = 0; i < sizes.length; i++) {
                put(bytes(sizes[i], i), toOne);
            }
            put(bytes(1_200, 1_000), toOther);
            put(bytes(1_200, 1_001), toOne);
            put(bytes(1_200, 1_002), toOther);
            port.send(egress, counters);
            assertTrue(egress.isSent());
            for (int i = 0; i < sizes.length; i++) {
                assertArrayEquals(bytes(sizes[i], i), receive(one), "datagram " + i);
            }
            assertArrayEquals(bytes(1_200, 1_001), receive(one));
            assertArrayEquals(bytes(1_200, 1_000), receive(other));
            assertArrayEquals(bytes(1_200, 1_002), receive(other));
            assertEquals(sizes.length + 3, counters.get(Counter.DATAGRAMS_OUT));
            assertEquals(Arrays.stream(sizes).sum() + 3 * 1_200, counters.get(Counter.BYTES_OUT));
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldSendFromTheAddressThatTheDestinationNames(String option) throws IOException {
        String[] local = Ports.hasIpv6() ? new String[] {V4, "127.0.0.2", V6} : new String[] {V4, "127.0.0.2"};
        try (DatagramPort port = Ports.open(option, local);
                DatagramSocket v4 = socket(V4);
                DatagramSocket v6 = socket(Ports.hasIpv6() ? V6 : V4)) {
            for (int i = 0; i < local.length; i++) {
                DatagramSocket to = i == 2 ? v6 : v4;
                put(bytes(10, i), remote(to, i));
                put(bytes(10, 9), remote(to, i));
            }
            port.send(egress, counters);
            for (int i = 0; i < local.length; i++) {
                DatagramSocket to = i == 2 ? v6 : v4;
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                to.setSoTimeout(5_000);
                to.receive(packet);
                assertEquals(new InetSocketAddress(local[i], port.port()), packet.getSocketAddress());
                receive(to);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldDropWhatTheKernelRefusesAndSendTheRest(String option) throws IOException {
        try (DatagramPort port = Ports.open(option, V4);
                DatagramSocket socket = socket(V4)) {
            RemoteAddress good = remote(socket, 0);
            // From loopback there is no way out: EINVAL.
            RemoteAddress unreachable = new RemoteAddress(0, RemoteAddress.v4Mapped(0xc000_0201), 9, 0);
            put(bytes(100, 1), good);
            for (int i = 0; i < 5; i++) {
                put(bytes(100, 50), unreachable);
            }
            put(bytes(100, 2), good);
            put(bytes(100, 50), unreachable);
            put(bytes(100, 3), good);
            port.send(egress, counters);
            assertTrue(egress.isSent());
            for (int i = 1; i <= 3; i++) {
                assertArrayEquals(bytes(100, i), receive(socket));
            }
            assertEquals(6, counters.get(DropReason.SEND_FAILED));
            assertEquals(3, counters.get(Counter.DATAGRAMS_OUT));
            assertEquals(300, counters.get(Counter.BYTES_OUT));
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldSendOnlyFromTheHeadOn(String option) throws IOException {
        try (DatagramPort port = Ports.open(option, V4);
                DatagramSocket socket = socket(V4)) {
            for (int i = 0; i < 6; i++) {
                put(bytes(50, i), remote(socket, 0));
            }
            egress.advance(4);
            port.send(egress, counters);
            assertArrayEquals(bytes(50, 4), receive(socket));
            assertArrayEquals(bytes(50, 5), receive(socket));
            assertEquals(2, counters.get(Counter.DATAGRAMS_OUT));
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldEndItsSleepWhenADatagramComesAfterReading(String option) throws IOException {
        try (DatagramPort port = Ports.open(option, V4);
                DatagramSocket socket = socket(V4)) {
            for (int i = 0; i < 3; i++) {
                send(socket, V4, port.port(), bytes(10, i));
                // Ends by the test's own time limit if the selector missed what is read beside it.
                ingress.clear();
                while (ingress.size() == 0) {
                    port.await(60_000_000_000L);
                    port.receive(ingress, counters);
                }
                assertArrayEquals(bytes(10, i), received(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldCloseTwice(String option) throws IOException {
        DatagramPort port = Ports.open(option, V4);
        int number = port.port();
        port.close();
        port.close();
        // The port is free again.
        try (DatagramPort next = IoChoice.of(option).open(List.of(InetAddress.getByName(V4)), number)) {
            assertEquals(number, next.port());
        }
    }

    static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed * 31 + i * 7);
        }
        return bytes;
    }

    static RemoteAddress remote(DatagramSocket socket, int localIndex) {
        byte[] address = socket.getLocalAddress().getAddress();
        ByteBuffer buffer = ByteBuffer.wrap(address);
        return address.length == 4
                ? new RemoteAddress(0, RemoteAddress.v4Mapped(buffer.getInt()), socket.getLocalPort(), localIndex)
                : new RemoteAddress(buffer.getLong(), buffer.getLong(), socket.getLocalPort(), localIndex);
    }

    static DatagramSocket socket(String address) throws IOException {
        DatagramSocket socket = new DatagramSocket(null);
        socket.setReceiveBufferSize(4 << 20);
        socket.bind(new InetSocketAddress(address, 0));
        return socket;
    }

    private void put(byte[] datagram, RemoteAddress to) {
        put(egress, datagram, to);
    }

    static void put(EgressBatch batch, byte[] datagram, RemoteAddress to) {
        long at = batch.claim(datagram.length);
        MemorySegment.copy(datagram, 0, batch.segment(), ValueLayout.JAVA_BYTE, at, datagram.length);
        batch.commit(datagram.length, to);
    }

    private byte[] received(int index) {
        byte[] bytes = new byte[ingress.length(index)];
        MemorySegment.copy(ingress.segment(), ValueLayout.JAVA_BYTE, ingress.offset(index), bytes, 0, bytes.length);
        return bytes;
    }

    static byte[] receive(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(5_000);
        DatagramPacket packet = new DatagramPacket(new byte[3_000], 3_000);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static void send(DatagramSocket socket, String to, int port, byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(to), port));
    }
}
