package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Minutes of traffic over a publisher's way with seeded loss, duplication and reordering, in virtual time. */
class LossyNetworkTest {
    private static final int PACKETS = 20_000;

    private record InFlight(byte[] datagram, long arrivalNs) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void shouldForwardExactlyWhatArrivedAndKeepItsGaps(long seed) {
        Random random = new Random(seed);
        Network network = new Network();
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.cycle();
        long startNs = network.nowNs;
        List<InFlight> way = new ArrayList<>();
        Set<Integer> delivered = new HashSet<>();
        for (int i = 0; i < PACKETS; i++) {
            // In the middle of the sequence space at first, twice around it in the end.
            byte[] packet = publisher.protectRtp(Network.opus(30_000 + i * 7 & 0xffff, i * 960L));
            if (random.nextInt(100) < 5 && i > 0) {
                continue;
            }
            // The first packet sets the base: what overtakes it would rightly be dropped.
            long delayNs = i < 5 ? 0 : random.nextInt(60) * 1_000_000L;
            way.add(new InFlight(packet, startNs + i * 20_000_000L + delayNs));
            delivered.add(i);
            if (random.nextInt(100) < 3) {
                way.add(new InFlight(packet, startNs + i * 20_000_000L + delayNs + 5_000_000));
            }
        }
        way.sort(Comparator.comparingLong(InFlight::arrivalNs));
        long lastCheckNs = network.nowNs;
        int refused = 0;
        for (InFlight packet : way) {
            network.nowNs = packet.arrivalNs();
            if (network.nowNs - lastCheckNs > 2_000_000_000L) {
                lastCheckNs = network.nowNs;
                publisher.check(network.nowNs);
                player.check(network.nowNs);
            }
            refused += publisher.send(packet.datagram(), network.nowNs) < 0 ? 1 : 0;
            network.cycle();
        }
        List<RemotePeer.Received> received = Network.of(player, 111);
        String onFailure = "seed " + seed;
        assertEquals(way.size() - delivered.size(), refused, onFailure + ": duplicates are refused by SRTP");
        assertEquals(delivered.size(), received.size(), onFailure);
        int base = received.getFirst().sequence();
        long baseTimestamp = received.getFirst().timestamp();
        for (RemotePeer.Received packet : received) {
            long i = (packet.timestamp() - baseTimestamp & 0xffff_ffffL) / 960;
            assertTrue(delivered.remove((int) i), onFailure + ": packet " + i + " twice or out of nowhere");
            assertEquals(base + i * 7 & 0xffff, packet.sequence(), onFailure + ": gaps stay gaps");
        }
    }
}
