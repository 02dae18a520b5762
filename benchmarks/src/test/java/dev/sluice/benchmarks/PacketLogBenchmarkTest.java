package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtp.PacketLogReader;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PacketLogBenchmarkTest {

    private static PacketLogBenchmark open(Sample sample) {
        PacketLogBenchmark benchmark = new PacketLogBenchmark();
        benchmark.sample = sample;
        benchmark.open();
        return benchmark;
    }

    /** The part of the sample that is its payload. */
    private static byte[] payload(Sample sample, int lengthBytes) {
        byte[] packet = sample.packet();
        return Arrays.copyOfRange(packet, packet.length - lengthBytes, packet.length);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAppendTheWholePayload(Sample sample) {
        PacketLogBenchmark benchmark = open(sample);
        PacketLogReader reader = new PacketLogReader(benchmark.log(), 0);
        for (int i = 0; i < 3; i++) {
            long position = benchmark.append();
            assertTrue(reader.next());
            assertEquals(position, reader.position());
            assertEquals(i, reader.extendedSequence());
            byte[] payload = reader.segment()
                    .asSlice(reader.payloadOffset(), reader.payloadLength())
                    .toArray(ValueLayout.JAVA_BYTE);
            assertArrayEquals(payload(sample, payload.length), payload);
            assertTrue(payload.length >= 160);
        }
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadTheRunOverAndOver(Sample sample) {
        PacketLogBenchmark benchmark = open(sample);
        for (int i = 0; i < 3 * PacketLogBenchmark.RUN; i++) {
            assertEquals(i % PacketLogBenchmark.RUN, benchmark.read());
            byte[] copied = benchmark.copied();
            assertArrayEquals(payload(sample, copied.length), copied);
        }
        benchmark.close();
    }
}
