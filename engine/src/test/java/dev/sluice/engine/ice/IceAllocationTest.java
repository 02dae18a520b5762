package dev.sluice.engine.ice;

import static dev.sluice.engine.ice.IceTestBed.FIRST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.sun.management.ThreadMXBean;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.stun.Stun;
import dev.sluice.engine.stun.StunTestClient;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** No object is made for a request that proves nothing, nor for one from an address that is known. */
class IceAllocationTest {
    private static final int REQUESTS = 100_000;
    private static final int ROUNDS = 8;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldKeepNoObjectWhenAHundredThousandSourcesAreSpoofed() {
        try (IceTestBed bed = new IceTestBed()) {
            StunTestClient client = IceTestBed.client(FIRST);
            byte[][] forged = {
                client.request().useCandidate().corruptIntegrity().build(),
                client.request().password(null).build(),
                client.request().corruptFingerprint().build(),
                client.request().username("WrOng/12:cLnt").build(),
            };
            for (byte[] datagram : forged) {
                assertEquals(0, leastAllocatedBytes(() -> flood(bed, datagram)));
                assertEquals(0, bed.egress.size());
            }
            assertNull(bed.agent.find(1, 1, 1, 0));
            assertNull(bed.agent.selected());
        }
    }

    @Test
    void shouldAllocateNothingWhenAHundredThousandChecksComeFromAKnownAddress() {
        try (IceTestBed bed = new IceTestBed()) {
            byte[] nomination = IceTestBed.client(FIRST).nominate();
            RemoteAddress known = IceTestBed.address(1);
            bed.send(nomination, known);
            long allocatedBytes =
                    leastAllocatedBytes(() -> assertEquals(REQUESTS, checks(bed, nomination.length, known)));
            assertEquals(0, allocatedBytes);
        }
    }

    /** Of several rounds: in one of them the compiler may throw away what it has compiled, and then makes objects it had saved. */
    private static long leastAllocatedBytes(Runnable round) {
        long leastBytes = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS && leastBytes > 0; i++) {
            long beforeBytes = THREADS.getCurrentThreadAllocatedBytes();
            round.run();
            leastBytes = Math.min(leastBytes, THREADS.getCurrentThreadAllocatedBytes() - beforeBytes);
        }
        return leastBytes;
    }

    private static void flood(IceTestBed bed, byte[] datagram) {
        MemorySegment.copy(datagram, 0, bed.in, ValueLayout.JAVA_BYTE, 0, datagram.length);
        for (int i = 0; i < REQUESTS; i++) {
            long low = RemoteAddress.v4Mapped(0x0A000000 + i);
            Stun.localUfragKey(bed.in, 0, datagram.length);
            int code = bed.agent.onDatagram(bed.in, 0, datagram.length, 0, low, i & 0xffff, 0, bed.nowNs, bed.egress);
            if (code >= 0) {
                throw new AssertionError("taken");
            }
        }
    }

    private static int checks(IceTestBed bed, int lengthBytes, RemoteAddress from) {
        int answered = 0;
        for (int i = 0; i < REQUESTS; i++) {
            bed.egress.clear();
            int code = bed.agent.onDatagram(
                    bed.in, 1, lengthBytes, from.high(), from.low(), from.port(), 0, bed.nowNs, bed.egress);
            answered += code == IceAgent.ANSWERED ? bed.egress.size() : 0;
        }
        return answered;
    }
}
