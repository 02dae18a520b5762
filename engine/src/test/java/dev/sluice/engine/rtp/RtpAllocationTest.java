package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The path of a packet, from bytes to the log to the bytes for a player, makes no garbage. */
@Isolated("measures one thread, and warms up alone")
class RtpAllocationTest {
    private static final int PACKETS = 100_000;
    private static final ExtensionMap IDS = new ExtensionMap(type -> type.ordinal() + 1);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PacketLog log = new PacketLog(PacketLogTest.memory(1 << 16), () -> {});
    private final PacketLogReader reader = new PacketLogReader(log, 0);
    private final RtpHeader header = new RtpHeader();
    private final SequenceExtender extender = new SequenceExtender();
    private final MemorySegment out = PacketLogTest.memory(2048);
    private final MemorySegment packet = TestPacket.nativeCopy(new TestPacket()
            .oneByte(1, (byte) '0')
            .oneByte(2, new byte[3])
            .oneByte(4, (byte) 5)
            .oneByte(6, TestPayloads.dependencyDescriptor(77, 3))
            .payload(TestPacket.concat(TestPayloads.vp8(true, false, 0x1234, true, 5, 6), new byte[1100]))
            .bytes());
    private final MemorySegment keyFrame = TestPacket.nativeCopy(new TestPacket()
            .payload(TestPacket.concat(TestPayloads.vp8(true, true, 0x1233, true, 5, 6), new byte[900]))
            .bytes());
    private final RtpRewriter rewriter = new RtpRewriter(1, 100, -1, Codec.VP8, new byte[] {'1'}, IDS, true, 100, 100);
    private int sequence;
    private long octets;

    @Test
    void shouldAllocateNothingPerPacket() {
        forward(PACKETS);
        // Compilation may deoptimize and box once more at any time: one round of five without a byte is the proof.
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            forward(PACKETS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "bytes for " + PACKETS + " packets");
        assertTrue(octets > 0);
        assertEquals(0, reader.laps());
    }

    private void forward(int packets) {
        for (int i = 0; i < packets; i++) {
            MemorySegment bytes = i % 300 == 0 ? keyFrame : packet;
            bytes.set(ValueLayout.JAVA_BYTE, 2, (byte) (sequence >> 8));
            bytes.set(ValueLayout.JAVA_BYTE, 3, (byte) sequence);
            sequence++;
            header.parse(bytes, 0, (int) bytes.byteSize());
            int description = Codec.VP8.describe(bytes, header.payloadOffset(), header.payloadLength());
            log.append(header, IDS, description, extender.extend(header.sequenceNumber()), i);
            while (reader.next()) {
                octets += rewriter.write(reader, out, 0, 1500, 0, i);
            }
        }
    }
}
