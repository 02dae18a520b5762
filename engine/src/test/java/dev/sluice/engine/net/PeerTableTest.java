package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.peer.Peer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerTableTest {
    private final PeerTable table = new PeerTable(20261121);

    @Test
    void shouldFindNoPeerForAnUnknownAddress() {
        assertNull(table.find(0, 1, 2, 0));
        assertNull(table.findByUfrag(42));
    }

    @Test
    void shouldTellApartPortsAndLocalAddresses() {
        Peer first = peer(1);
        Peer second = peer(2);
        Peer third = peer(3);
        table.put(new RemoteAddress(0, 77, 1000, 0), first);
        table.put(new RemoteAddress(0, 77, 1001, 0), second);
        table.put(new RemoteAddress(0, 77, 1000, 1), third);

        assertSame(first, table.find(0, 77, 1000, 0));
        assertSame(second, table.find(0, 77, 1001, 0));
        assertSame(third, table.find(0, 77, 1000, 1));
        assertNull(table.find(1, 77, 1000, 0));
    }

    @Test
    void shouldGiveAnAddressToTheLastThatProvedIt() {
        RemoteAddress address = new RemoteAddress(0, 77, 1000, 0);
        Peer first = peer(1);
        Peer second = peer(2);
        table.put(address, first);
        table.put(address, second);
        table.remove(address, first);

        assertSame(second, table.find(0, 77, 1000, 0));
        assertEquals(1, table.addressCount());
    }

    @Test
    void shouldAgreeWithAMapUnderRandomChurn() {
        Random random = new Random(20261121);
        Map<RemoteAddress, Peer> addresses = new HashMap<>();
        Map<Long, Peer> ufrags = new HashMap<>();
        Peer[] peers = new Peer[50];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = peer(i);
        }
        for (int step = 0; step < 100_000; step++) {
            Peer peer = peers[random.nextInt(peers.length)];
            RemoteAddress address =
                    new RemoteAddress(random.nextInt(3), random.nextInt(40), random.nextInt(20), random.nextInt(2));
            long ufrag = random.nextInt(2_000);
            if (random.nextBoolean()) {
                table.put(address, peer);
                addresses.put(address, peer);
                table.putUfrag(ufrag, peer);
                ufrags.put(ufrag, peer);
            } else {
                table.remove(address, peer);
                addresses.remove(address, peer);
                table.removeUfrag(ufrag);
                ufrags.remove(ufrag);
            }
        }
        assertEquals(addresses.size(), table.addressCount());
        assertEquals(ufrags.size(), table.ufragCount());
        addresses.forEach((address, peer) ->
                assertSame(peer, table.find(address.high(), address.low(), address.port(), address.localIndex())));
        ufrags.forEach((key, peer) -> assertSame(peer, table.findByUfrag(key)));
    }

    private static Peer peer(int seed) {
        return new Peer("peer-" + seed, IceCredentials.generate(new Random(seed)), null, null, null, null, null, 0);
    }
}
