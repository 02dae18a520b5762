package dev.sluice.natives.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AesCtrTest {
    private static final byte[] KEY = Backends.bytes("2b7e151628aed2a6abf7158809cf4f3c");
    private static final long COUNTER_HIGH = 0xf0f1f2f3f4f5f6f7L;
    private static final long COUNTER_LOW = 0xf8f9fafbfcfd0000L;

    /** RFC 3711 appendix B.2: the blocks 0 to 2 and 0xfeff to 0xff01. */
    @ParameterizedTest
    @EnumSource
    void shouldGiveTheKeystreamOfTheRfc(Backends backend) {
        int lengthBytes = 0xff02 * 16;
        try (Arena arena = Arena.ofConfined();
                AesCtr ctr = backend.get().aesCtr(KEY)) {
            MemorySegment data = arena.allocate(lengthBytes);
            assertTrue(ctr.xor(COUNTER_HIGH, COUNTER_LOW, data, 0, lengthBytes));
            assertEquals(
                    "e03ead0935c95e80e166b16dd92b4eb4"
                            + "d23513162b02d0f72a43a2fe4a5f97ab"
                            + "41e95b3bb0a2e8dd477901e4fca894c0",
                    Backends.hex(data, 0, 48));
            assertEquals(
                    "ec8cdf7398607cb0f2d21675ea9ea1e4"
                            + "362b7c3c6773516318a077d7fc5073ae"
                            + "6a2cc3787889374fbeb4c81b17ba6c44",
                    Backends.hex(data, 0xfeff * 16, 48));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveNeighboursAloneAtAnyLengthAndOffset(Backends backend) {
        try (Arena arena = Arena.ofConfined();
                AesCtr ctr = backend.get().aesCtr(KEY)) {
            MemorySegment stream = arena.allocate(128);
            assertTrue(ctr.xor(COUNTER_HIGH, COUNTER_LOW, stream, 0, 128));
            for (int lengthBytes = 0; lengthBytes <= 67; lengthBytes++) {
                for (int offset = 0; offset < 9; offset++) {
                    MemorySegment data = arena.allocate(96);
                    assertTrue(ctr.xor(COUNTER_HIGH, COUNTER_LOW, data, offset, lengthBytes));
                    assertEquals(Backends.hex(stream, 0, lengthBytes), Backends.hex(data, offset, lengthBytes));
                    assertEquals("00".repeat(offset), Backends.hex(data, 0, offset));
                    int behind = 96 - offset - lengthBytes;
                    assertEquals("00".repeat(behind), Backends.hex(data, offset + lengthBytes, behind));
                }
            }
        }
    }

    @Test
    void shouldGiveTheSameBytesWithBothBackendsWhenTheCounterCarries() {
        Random random = new Random(7);
        for (int keyLengthBytes : new int[] {16, 32}) {
            byte[] key = new byte[keyLengthBytes];
            random.nextBytes(key);
            try (Arena arena = Arena.ofConfined();
                    AesCtr openssl = Backends.OPENSSL.get().aesCtr(key);
                    AesCtr jdk = Backends.JDK.get().aesCtr(key)) {
                byte[] bytes = new byte[5000];
                random.nextBytes(bytes);
                MemorySegment one = Backends.segment(arena, bytes);
                MemorySegment other = Backends.segment(arena, bytes);
                assertTrue(openssl.xor(-1, -2, one, 0, bytes.length));
                assertTrue(jdk.xor(-1, -2, other, 0, bytes.length));
                assertEquals(-1, one.mismatch(other));
            }
        }
    }
}
