package dev.sluice.engine.rtcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any bytes: no exception, no read outside them, no endless walk. */
class RtcpReaderFuzzTest {
    private static final int[] TYPES = {200, 201, 202, 203, 204, 205, 206, 207};
    private static final int[] FORMATS = {0, 1, 2, 4, 15, 31};

    private final RtcpReader reader = new RtcpReader();

    @FuzzTest
    void shouldNeverThrowWhenGivenAnyBytes(byte[] data) {
        RtcpWalk.walk(reader, MemorySegment.ofArray(data), 0, data.length);
        // The same behind right headers, for a fuzzer that does not find them.
        byte[] headed = data.clone();
        head(headed, new SplittableRandom(data.length));
        RtcpWalk.walk(reader, MemorySegment.ofArray(headed), 0, headed.length);
    }

    @Test
    void shouldNeverThrowWhenHeadersAreRightAndContentIsNot() {
        long seed = 4585;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] data = new byte[random.nextInt(1, 60) * 4];
            random.nextBytes(data);
            head(data, random);
            try {
                RtcpWalk.walk(reader, MemorySegment.ofArray(data), 0, data.length);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", input " + i, e);
            }
        }
    }

    /** Makes a chain of packets whose lengths fit, everything else left as it is. */
    private static void head(byte[] data, SplittableRandom random) {
        int at = 0;
        while (at + 4 <= data.length) {
            int left = (data.length - at) / 4 - 1;
            int words = random.nextInt(4) == 0 ? left : random.nextInt(Math.min(left, 16) + 1);
            int padding = random.nextInt(8) == 0 ? 0x20 : 0;
            data[at] = (byte) (0x80 | padding | FORMATS[random.nextInt(FORMATS.length)]);
            data[at + 1] = (byte) TYPES[random.nextInt(TYPES.length)];
            data[at + 2] = (byte) (words >> 8);
            data[at + 3] = (byte) words;
            at += 4 + 4 * words;
        }
    }
}
