package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpBenchmarkTest {

    static Stream<Arguments> matrix() {
        List<Arguments> all = new ArrayList<>();
        for (SrtpProvider provider : Providers.available()) {
            for (SrtpProfile profile : SrtpProfile.values()) {
                if (provider.supports(profile)) {
                    all.add(Arguments.of(provider.optionName(), profile, 160));
                    all.add(Arguments.of(provider.optionName(), profile, 1_200));
                }
            }
        }
        return all.stream();
    }

    private static SrtpBenchmark open(String provider, SrtpProfile profile, int size) {
        SrtpBenchmark benchmark = new SrtpBenchmark();
        benchmark.provider = provider;
        benchmark.profile = profile;
        benchmark.size = size;
        benchmark.open();
        return benchmark;
    }

    private static byte[] bytes(MemorySegment segment, long offset, int lengthBytes) {
        return segment.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void shouldEncryptThePacketThatItProtects(String provider, SrtpProfile profile, int size) {
        SrtpBenchmark benchmark = open(provider, profile, size);
        int plainBytes = SrtpBenchmark.HEADER_BYTES + size;
        for (int i = 0; i < 3; i++) {
            byte[] plain = bytes(benchmark.packet(), 0, plainBytes);
            int length = benchmark.protect();
            assertEquals(plainBytes + profile.rtpTagLengthBytes(), length);
            assertFalse(Arrays.equals(plain, bytes(benchmark.packet(), 0, plainBytes)));
            assertEquals(plainBytes, benchmark.unprotectPacket(length));
            byte[] back = bytes(benchmark.packet(), SrtpBenchmark.HEADER_BYTES, size);
            assertArrayEquals(Arrays.copyOfRange(plain, SrtpBenchmark.HEADER_BYTES, plainBytes), back);
        }
        benchmark.close();
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void shouldGetEveryPacketOfTheBatchBack(String provider, SrtpProfile profile, int size) {
        SrtpBenchmark benchmark = open(provider, profile, size);
        SrtpBenchmark.Batch batch = new SrtpBenchmark.Batch();
        batch.open(benchmark);
        int slotBytes = (int) (batch.packets.byteSize() / SrtpBenchmark.BATCH);
        byte[] plain = bytes(batch.packets, 0, (int) batch.packets.byteSize());
        int plainBytes = SrtpBenchmark.HEADER_BYTES + size;
        for (int i = 0; i < 3; i++) {
            batch.fill();
            assertEquals((long) SrtpBenchmark.BATCH * plainBytes, benchmark.unprotect(batch));
            for (int slot = 0; slot < SrtpBenchmark.BATCH; slot++) {
                int payload = slot * slotBytes + SrtpBenchmark.HEADER_BYTES;
                assertArrayEquals(
                        Arrays.copyOfRange(plain, payload, payload + size), bytes(batch.packets, payload, size));
            }
        }
        batch.close();
        benchmark.close();
    }
}
