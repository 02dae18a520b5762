package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.IngressBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NioDatagramPortTest {
    private static final int FLOOD = 3 * IngressBatch.CAPACITY;

    @Test
    void shouldHearEveryAddressWhenOneIsFlooded() throws IOException {
        List<InetAddress> addresses = List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2"));
        try (NioDatagramPort port = NioDatagramPort.open(addresses, 0);
                Arena arena = Arena.ofConfined();
                DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            for (int flooded = 0; flooded < addresses.size(); flooded++) {
                int quiet = 1 - flooded;
                IngressBatch batch = new IngressBatch(arena);
                for (int i = 0; i < FLOOD; i++) {
                    send(socket, addresses.get(flooded), port.port());
                }
                send(socket, addresses.get(quiet), port.port());
                int ofQuiet = 0;
                for (int call = 0; call < 2; call++) {
                    batch.clear();
                    port.receive(batch);
                    for (int i = 0; i < batch.size(); i++) {
                        ofQuiet += batch.localIndex(i) == quiet ? 1 : 0;
                    }
                }
                assertEquals(1, ofQuiet, "heard in two calls");
                int left = 0;
                do {
                    batch.clear();
                    left += port.receive(batch);
                } while (batch.size() > 0);
                assertTrue(left > 0, "while the flood was not over");
            }
        }
    }

    private static void send(DatagramSocket socket, InetAddress to, int port) throws IOException {
        socket.send(new DatagramPacket(new byte[1], 1, to, port));
    }
}
