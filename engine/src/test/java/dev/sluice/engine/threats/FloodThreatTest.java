package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Rows 5, 8 and 10, and floods beside a running stream: heap stays flat, nothing is kept, the stream goes on. */
@Isolated("measures the heap of the process")
class FloodThreatTest {
    private static final int SPOOFED_SOURCES = 100_000;
    /** An object for each of 100,000 sources would be 1.6 MB at the very least; a table entry of each much more. */
    private static final long FLAT_BYTES = 1_500_000;

    private static final int JUNK_DATAGRAMS = 300_000;
    private static final int JUNK_PER_MILLISECOND = 100;
    private static final int JUNK_SOURCES = 64;
    private static final int STREAM_INTERVAL_MILLIS = 5;

    private EngineLab lab;
    private final List<AutoCloseable> ends = new ArrayList<>();

    @BeforeEach
    void start() {
        lab = EngineLab.start();
    }

    @AfterEach
    void stop() throws Exception {
        lab.close();
        for (AutoCloseable end : ends) {
            end.close();
        }
    }

    private <T extends AutoCloseable> T closing(T end) {
        ends.add(end);
        return end;
    }

    private int port() {
        return lab.engine().mediaPorts().getFirst();
    }

    @Test
    void shouldKeepNoObjectOfAHundredThousandSpoofedSources() throws IOException {
        Client publisher = closing(Client.publisher(lab, "s").connect());
        List<byte[]> requests = List.of(
                publisher
                        .stun
                        .request()
                        .password("wrongwrongwrongwrongwron")
                        .useCandidate()
                        .build(),
                publisher.stun.request().password(null).build(),
                publisher.stun.request().username("nobodyss:remo").build(),
                Captures.datagrams("chromium-publish-http", "dtls").getFirst(),
                Captures.datagrams("chromium-publish-http", "rtp").getFirst());
        flood(2_000, requests);
        EngineLab.Tables tables = lab.tables();
        long heap = Footprint.heapBytes();
        long sent = lab.counter("datagrams_out");

        flood(SPOOFED_SOURCES, requests);
        assertEquals(tables, lab.tables());
        assertTrue(lab.counter("datagrams_out") - sent < 200, "reports of one a second, and no answer");
        long grown = Footprint.heapBytes() - heap;
        assertTrue(grown < FLAT_BYTES, () -> grown + " bytes more");
        publisher.nominate();
        assertFalse(publisher.isEnded());
    }

    /** Each datagram from an address or port of its own: all of 127.0.0.0/8 is ours to send from. */
    private void flood(int sources, List<byte[]> datagrams) throws IOException {
        InetSocketAddress server = new InetSocketAddress(EngineLab.LOOPBACK, port());
        long before = lab.counter("datagrams_in");
        for (int i = 0; i < sources; i++) {
            byte[] source = {127, (byte) (1 + i % 200), (byte) (i / 200 % 250), 9};
            try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
                channel.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
                channel.send(ByteBuffer.wrap(datagrams.get(i % datagrams.size())), server);
            }
            if (i % 64 == 63) {
                long most = before + i - 63;
                Eventually.untilSoon(() -> "flood read", () -> lab.counter("datagrams_in") >= most);
            }
        }
        Eventually.untilSoon(() -> "flood read", () -> lab.counter("datagrams_in") >= before + sources);
    }

    @Test
    void shouldKeepHeapFlatUnderReassemblyBombs() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Client client = closing(Client.publisher(lab, "s" + i));
            client.nominate();
            clients.add(client);
        }
        bomb(clients, 10);
        long heap = Footprint.heapBytes();
        bomb(clients, 1_000);
        // 20 × 16 × 16 MiB are declared, a thousand times over. What may be kept is four messages of 8 KiB each.
        long grown = Footprint.heapBytes() - heap;
        assertTrue(grown < 20 * 4 * 9_000 + FLAT_BYTES, () -> grown + " bytes more");
        assertTrue(lab.drops("dtls_fragment_bound") > 0);
        clients.forEach(Client::connect);
    }

    private void bomb(List<Client> clients, int rounds) {
        for (Client client : clients) {
            IntFunction<byte[]> bombs = i -> {
                // Sixteen messages of 16 MiB, and the four of the handshake as large as they may be, a byte of each.
                boolean small = i % 20 >= 16;
                int messageBytes = small ? 8 * 1024 : 0xffffff;
                int number = small ? i % 20 - 16 : i % 20;
                int type = small ? new int[] {1, 11, 16, 15}[number] : 1;
                return ByteBuffer.allocate(26)
                        .put((byte) 22)
                        .putShort((short) 0xfefd)
                        .put(new byte[8])
                        .putShort((short) 13)
                        .putInt(type << 24 | messageBytes)
                        .putShort((short) number)
                        .put(new byte[3])
                        .put(new byte[] {0, 0, 1})
                        .array();
            };
            Barrage.send(lab, client.udp, rounds, bombs);
        }
    }

    /**
     * As it is in a browser, a lost packet is sent again until it has come; the kernel may lose some where it grants no large
     * socket buffer. What may not be is that the stream stands still.
     */
    @Test
    void shouldKeepAStreamRunningBesideAHundredThousandJunkDatagramsASecond() throws Exception {
        Client publisher = closing(Client.publisher(lab, "s").connect());
        Client player = closing(Client.player(lab, "s").connect());
        try (Flooder warmUp = new Flooder(port(), 20_000)) {
            stream(publisher, player, 0, warmUp);
        }
        long heap = Footprint.heapBytes();
        int before = player.rtp.size();
        int sent;
        try (Flooder flooder = new Flooder(port(), JUNK_DATAGRAMS)) {
            sent = stream(publisher, player, before, flooder);
        }
        assertTrue(sent > 100, "packets beside the flood: " + sent);
        assertEquals(before + sent, player.rtp(Packets.AUDIO_TYPE).size(), "every packet, once");
        long kept = 100L * player.rtp.size();
        long grown = Footprint.heapBytes() - heap;
        assertTrue(grown < FLAT_BYTES + kept, () -> grown + " bytes more");
        assertFalse(publisher.isEnded());
        assertFalse(player.isEnded());
        assertEquals(2, lab.tables().addresses());
    }

    /** One packet after the other until the flood is over; returns how many. */
    private static int stream(Client publisher, Client player, int firstNumber, Flooder flooder) {
        int sent = 0;
        while (flooder.left() > 0) {
            byte[] packet = publisher.protectRtp(Packets.opus(firstNumber + sent));
            long deadlineNs = System.nanoTime() + 20_000_000_000L;
            while (player.rtp(Packets.AUDIO_TYPE).size() < firstNumber + sent + 1) {
                assertTrue(System.nanoTime() < deadlineNs, "the stream stands still");
                publisher.udp.send(packet);
                for (int i = 0; i < 10 && player.rtp(Packets.AUDIO_TYPE).size() < firstNumber + sent + 1; i++) {
                    player.pump(10);
                }
            }
            sent++;
            player.pump(STREAM_INTERVAL_MILLIS);
        }
        return sent;
    }

    /** Junk of every class from many sources, at most a hundred a millisecond. */
    private static final class Flooder implements AutoCloseable {
        private final AtomicLong left;
        private final Thread thread;
        private final List<UdpEnd> sources = new ArrayList<>();

        Flooder(int port, int datagrams) {
            left = new AtomicLong(datagrams);
            for (int i = 0; i < JUNK_SOURCES; i++) {
                sources.add(new UdpEnd(port, "127.0.0." + (2 + i)));
            }
            thread = Thread.ofPlatform().name("flood").start(this::run);
        }

        private void run() {
            SplittableRandom random = new SplittableRandom(10);
            byte[][] junk = new byte[1_024][];
            byte[] stun = {0, 1, 0, 0, 0x21, 0x12, (byte) 0xa4, 0x42};
            for (int i = 0; i < junk.length; i++) {
                junk[i] = new byte[random.nextInt(1, 300)];
                random.nextBytes(junk[i]);
                if (i % 2 == 0) {
                    System.arraycopy(stun, 0, junk[i], 0, Math.min(stun.length, junk[i].length));
                } else {
                    junk[i][0] = (byte) new int[] {22, 20, 128, 144, 191}[i / 2 % 5];
                }
            }
            long nextNs = System.nanoTime();
            for (int i = 0; left.get() > 0 && !Thread.currentThread().isInterrupted(); i++) {
                sources.get(i % JUNK_SOURCES).send(junk[i % junk.length]);
                left.decrementAndGet();
                if (i % JUNK_PER_MILLISECOND == 0) {
                    nextNs = Math.max(nextNs + 1_000_000, System.nanoTime() - 1_000_000);
                    while (System.nanoTime() < nextNs) {
                        LockSupport.parkNanos(nextNs - System.nanoTime());
                    }
                }
            }
        }

        long left() {
            return left.get();
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
            sources.forEach(UdpEnd::close);
        }
    }
}
