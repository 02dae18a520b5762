package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.record.EventRing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a forwarded packet costs in garbage: nothing. Encryption is left out, it has a test of its own. */
class ForwardingAllocationTest {
    private static final int PLAYERS = 4;
    private static final int WARM_UP = 50_000;
    private static final int MEASURED = 100_000;

    /** Recorded or not: what notes a packet copies it and no more. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingForwardingAHundredThousandPackets(boolean recorded) throws InterruptedException {
        Network network = new Network(new NoCipher());
        RemotePeer publisher = network.publisher();
        for (int i = 0; i < PLAYERS; i++) {
            network.player();
        }
        network.cycle();
        network.sink.onFlush = null;
        EventRing ring = new EventRing(1 << 22);
        if (recorded) {
            publisher.peer.tap(new PacketTap(ring, publisher.peer, null, false));
            Peer player = network.remotes.getLast().peer;
            player.tap(new PacketTap(ring, player, publisher.peer.publisher(), true));
        }
        Thread writer = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.interrupted()) {
                if (ring.poll() == null) {
                    LockSupport.parkNanos(100_000);
                }
            }
        });
        MemorySegment packet = Arena.ofAuto().allocate(EgressBatch.MAX_DATAGRAM_BYTES, 8);
        byte[] template = Network.vp8(0, 0, 0, true);
        MemorySegment.copy(template, 0, packet, ValueLayout.JAVA_BYTE, 0, template.length);

        send(network, publisher, packet, template.length, 0, WARM_UP);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // The compiler's own work shows up on this thread now and then: the best of several rounds counts.
        for (int round = 0; round < 5 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            send(network, publisher, packet, template.length, WARM_UP + round * MEASURED, MEASURED);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        writer.interrupt();
        writer.join();
        assertTrue(network.sink.counters().get(Counter.RTP_FORWARDED) > (long) WARM_UP * PLAYERS);
        assertEquals(0, least / MEASURED, "bytes per packet");
        assertTrue(least < 4_096, "bytes in all: " + least);
    }

    /** Decrypted packets into the publisher, fan-out with a cipher that does nothing. */
    private static void send(
            Network network, RemotePeer publisher, MemorySegment packet, int length, int first, int count) {
        for (int i = first; i < first + count; i++) {
            packet.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2, Short.reverseBytes((short) i));
            packet.set(ValueLayout.JAVA_INT_UNALIGNED, 4, Integer.reverseBytes(i * 3_000));
            network.nowNs += 1_000;
            int result = publisher.peer.onDecrypted(packet, 0, length, false, network.nowNs, network.sink);
            assertEquals(0, result);
            publisher.peer.tellReaders(network.nowNs);
            network.sink.fanout.run(network.nowNs, network.sink);
            network.sink.flush();
        }
    }
}
