package dev.sluice.benchmarks.network.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RelayTest {
    private static final int PATIENCE_MILLIS = 10_000;

    private static DatagramSocket open() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(DatagramSocket by, InetSocketAddress to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        by.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static DatagramPacket receive(DatagramSocket by) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        by.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private static Link<Relay.Packet> link() {
        return new Link<>(Way.delayed(1), 1);
    }

    @Test
    void shouldBringEachClientItsOwnAnswers() throws IOException {
        try (Relay relay = Relay.start();
                DatagramSocket server = open();
                DatagramSocket one = open();
                DatagramSocket two = open()) {
            InetSocketAddress front = relay.route((InetSocketAddress) server.getLocalSocketAddress(), link(), link());
            send(one, front, "from one");
            DatagramPacket first = receive(server);
            assertEquals("from one", text(first));
            send(two, front, "from two");
            DatagramPacket second = receive(server);
            assertEquals("from two", text(second));
            assertNotEquals(first.getPort(), second.getPort());

            send(server, (InetSocketAddress) second.getSocketAddress(), "to two");
            send(server, (InetSocketAddress) first.getSocketAddress(), "to one");
            assertEquals("to one", text(receive(one)));
            DatagramPacket answer = receive(two);
            assertEquals("to two", text(answer));
            assertEquals(front, answer.getSocketAddress());
        }
    }

    @Test
    void shouldCarryAFullDatagramUnchanged() throws IOException {
        byte[] bytes = new byte[1_500];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        try (Relay relay = Relay.start();
                DatagramSocket server = open();
                DatagramSocket client = open()) {
            Link<Relay.Packet> up = link();
            InetSocketAddress front = relay.route((InetSocketAddress) server.getLocalSocketAddress(), up, link());
            client.send(new DatagramPacket(bytes, bytes.length, front));
            DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
            server.receive(packet);
            assertArrayEquals(bytes, Arrays.copyOf(packet.getData(), packet.getLength()));
            assertEquals(1_528, up.counters().deliveredBytes());
        }
    }

    @Test
    void shouldCountWhatRoutesThatShareALinkCarryTogether() throws IOException {
        try (Relay relay = Relay.start();
                DatagramSocket server = open();
                DatagramSocket client = open()) {
            Link<Relay.Packet> up = link();
            InetSocketAddress to = (InetSocketAddress) server.getLocalSocketAddress();
            send(client, relay.route(to, up, link()), "a");
            send(client, relay.route(to, up, link()), "b");
            receive(server);
            receive(server);
            assertEquals(2, up.counters().delivered());
        }
    }

    @Test
    void shouldFreeItsPortsWhenClosed() throws IOException {
        InetSocketAddress front;
        try (Relay relay = Relay.start();
                DatagramSocket server = open()) {
            front = relay.route((InetSocketAddress) server.getLocalSocketAddress(), link(), link());
        }
        try (DatagramSocket again = new DatagramSocket(front)) {
            assertEquals(front.getPort(), again.getLocalPort());
        }
    }
}
