package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.peer.PeerStats.Value;
import dev.sluice.engine.rtcp.RtcpWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What sessions are told of from outside, in virtual time. */
class PeerStatsTest {
    private static final long PLAYER_VIDEO = 5_002;

    private final Network network = new Network();

    private void send(RemotePeer publisher, int from, int to) {
        for (int i = from; i < to; i++) {
            assertEquals(0, publisher.sendRtp(Network.vp8(i, i * 3_000L, i, i == 0), network.nowNs));
            network.pass(10);
        }
    }

    private static long of(RemotePeer remote, Value value) {
        return remote.peer.stats().get(value);
    }

    @Test
    void shouldCountOnBothSidesWhatWasLostAskedForAndSentAgain() {
        RemotePeer publisher = network.publisher(network.stream, Network.repairedVideo(-1));
        RemotePeer player = network.player();
        network.cycle();
        assertEquals(-1, of(player, Value.FIRST_MEDIA_NS));
        send(publisher, 0, 20);
        send(publisher, 22, 40);
        byte[] nack = new byte[64];
        long first = Network.of(player, 96).getFirst().sequence();
        int length = RtcpWriter.writeNack(
                MemorySegment.ofArray(nack), 0, 1, PLAYER_VIDEO, new long[] {first + 1, first + 2}, 2);
        assertEquals(0, player.sendRtcp(Arrays.copyOf(nack, length), network.nowNs));
        network.pass(1_500, publisher, player);

        assertEquals(38, of(publisher, Value.PACKETS));
        assertEquals(2, of(publisher, Value.LOST));
        assertTrue(of(publisher, Value.NACKED) >= 2, "it was asked for both");
        assertTrue(of(publisher, Value.FIRST_MEDIA_NS) >= 0);
        assertEquals(Network.of(player, 96).size(), of(player, Value.PACKETS));
        assertEquals(2, of(player, Value.NACKED));
        assertEquals(2, of(player, Value.REPAIRED));
        assertTrue(of(player, Value.BYTES) > 0);
        assertEquals(of(player, Value.BYTES) / of(player, Value.PACKETS), of(publisher, Value.BYTES) / 38);
        assertTrue(of(player, Value.FIRST_MEDIA_NS) >= 0);
    }

    @Test
    void shouldHaveTheLastWordAtTheEnd() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.cycle();
        send(publisher, 0, 7);
        player.peer.end(PeerEnd.ASKED, network.nowNs, network.sink);
        publisher.peer.end(PeerEnd.ASKED, network.nowNs, network.sink);
        assertEquals(7, of(player, Value.PACKETS), "younger than a second");
        assertEquals(7, of(publisher, Value.PACKETS));
    }
}
