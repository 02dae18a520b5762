package dev.sluice.natives.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.natives.srtp.TestProviders.Case;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The native providers allocate nothing for a packet; the JDK's crypto cannot do without. */
class SrtpAllocationTest {
    private static final int PACKETS = 100_000;
    /** The first is the warm-up; later ones are for a round in which the compiler swaps code, which costs some bytes. */
    private static final int ROUNDS = 6;

    private static final int PAYLOAD_LENGTH_BYTES = 200;

    @ParameterizedTest
    @MethodSource("nativeCases")
    void shouldAllocateNothingPerPacket(Case which) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = which.outbound();
                SrtpContext inbound = which.inbound()) {
            MemorySegment memory = arena.allocate(TestProviders.ROOM);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                exchange(outbound, inbound, memory, round * PACKETS);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }

    static Stream<Case> nativeCases() {
        return TestProviders.cases().filter(each -> !each.option().equals("jdk"));
    }

    private static void exchange(SrtpContext outbound, SrtpContext inbound, MemorySegment memory, int first) {
        for (int index = first; index < first + PACKETS; index++) {
            memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x80);
            memory.set(PacketLayout.SHORT, 2, (short) index);
            boolean rtcp = index % 16 == 0;
            int plain = rtcp ? 60 : 12 + PAYLOAD_LENGTH_BYTES;
            int sealed = rtcp
                    ? outbound.protectRtcp(memory, 0, plain, TestProviders.ROOM)
                    : outbound.protectRtp(memory, 0, plain, TestProviders.ROOM);
            int opened = rtcp ? inbound.unprotectRtcp(memory, 0, sealed) : inbound.unprotectRtp(memory, 0, sealed);
            assertTrue(opened == plain);
        }
    }
}
