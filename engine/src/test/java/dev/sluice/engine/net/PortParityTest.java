package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Players get the same bytes in the same order, whichever way they are sent. */
class PortParityTest {
    private static final int PLAYERS = 10;
    private static final int FLUSHES = 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldBringEveryPlayerTheSameBytesEitherWay(long seed) throws IOException {
        assumeTrue(Ports.batchWorks());
        LoopCounters ofBatch = new LoopCounters();
        List<List<String>> batch = play("batch", new Random(seed), ofBatch);
        assertEquals(play("nio", new Random(seed), new LoopCounters()), batch);
        assertTrue(ofBatch.get(Counter.GSO_RUNS) > 0);
    }

    /** What each player got: half of the players behind one IPv4 address, half behind one of IPv6. */
    private static List<List<String>> play(String option, Random random, LoopCounters counters) throws IOException {
        String other = Ports.hasIpv6() ? "::1" : "127.0.0.2";
        List<DatagramSocket> players = new ArrayList<>();
        List<RemoteAddress> remotes = new ArrayList<>();
        List<List<String>> got = new ArrayList<>();
        try (DatagramPort port = Ports.open(option, "127.0.0.1", other)) {
            for (int i = 0; i < PLAYERS; i++) {
                players.add(DatagramPortTest.socket(i % 2 == 0 ? "127.0.0.1" : other));
                remotes.add(DatagramPortTest.remote(players.get(i), i % 2));
                got.add(new ArrayList<>());
            }
            EgressBatch egress = new EgressBatch(Arena.ofAuto());
            for (int flush = 0; flush < FLUSHES; flush++) {
                int[] expected = new int[PLAYERS];
                for (int player = 0; player < PLAYERS; player++) {
                    for (int size : frame(random)) {
                        byte[] bytes = new byte[size];
                        random.nextBytes(bytes);
                        DatagramPortTest.put(egress, bytes, remotes.get(player));
                        expected[player]++;
                    }
                }
                port.send(egress, counters);
                assertTrue(egress.isSent());
                egress.clear();
                for (int player = 0; player < PLAYERS; player++) {
                    for (int i = 0; i < expected[player]; i++) {
                        got.get(player).add(HexFormat.of().formatHex(DatagramPortTest.receive(players.get(player))));
                    }
                }
            }
        } finally {
            players.forEach(DatagramSocket::close);
        }
        return got;
    }

    /** Sizes of what a player gets at once: a frame in packets a byte apart, audio before, between or behind them. */
    private static List<Integer> frame(Random random) {
        List<Integer> sizes = new ArrayList<>();
        int packets = random.nextInt(14);
        int size = 200 + random.nextInt(1_050);
        int longer = random.nextInt(packets + 1);
        for (int i = 0; i < packets; i++) {
            if (random.nextInt(8) == 0) {
                sizes.add(60 + random.nextInt(60));
            }
            sizes.add(i < longer ? size + 1 : size);
        }
        if (random.nextBoolean()) {
            sizes.add(1 + random.nextInt(1_200));
        }
        return sizes;
    }
}
