package dev.sluice.benchmarks.load.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PayloadDescription;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PacketContentTest {
    private static final int LENGTH = 1_188;

    private final MemorySegment memory = Arena.ofAuto().allocate(2_048, 8);
    private final PacketContent content = new PacketContent(true);

    @Test
    void shouldBeReadAsItWasWritten() {
        content.write(memory, 12, LENGTH, 77, 3, true, false);
        assertEquals(77, PacketContent.number(memory, 12, LENGTH));
        assertTrue(content.isIntact(memory, 12, LENGTH, 77));
    }

    @Test
    void shouldNotBeIntactWhenAByteIsAnother() {
        content.write(memory, 12, LENGTH, 77, 3, true, false);
        Bytes.put8(memory, 12 + LENGTH - 1, Bytes.u8(memory, 12 + LENGTH - 1) ^ 1);
        assertFalse(content.isIntact(memory, 12, LENGTH, 77));
    }

    @Test
    void shouldNotBeIntactWhenItIsAnotherPacket() {
        content.write(memory, 12, LENGTH, 77, 3, true, false);
        assertFalse(content.isIntact(memory, 12, LENGTH, 78));
    }

    @Test
    void shouldHaveNoNumberWhenItIsPadding() {
        memory.fill((byte) 0);
        assertEquals(-1, PacketContent.number(memory, 12, LENGTH));
        assertEquals(-1, PacketContent.number(memory, 12, 3));
    }

    @Test
    void shouldBeginAKeyFrameThatServersFind() {
        content.write(memory, 0, LENGTH, 1, 1, true, true);
        assertTrue(PayloadDescription.startsKeyFrame(Codec.VP8.describe(memory, 0, LENGTH)));
        assertTrue(Codec.VP8.dimensions(memory, 0, LENGTH) > 0);
        content.write(memory, 0, LENGTH, 2, 2, true, false);
        assertFalse(PayloadDescription.startsKeyFrame(Codec.VP8.describe(memory, 0, LENGTH)));
        content.write(memory, 0, LENGTH, 3, 1, false, true);
        assertFalse(PayloadDescription.startsKeyFrame(Codec.VP8.describe(memory, 0, LENGTH)));
    }
}
