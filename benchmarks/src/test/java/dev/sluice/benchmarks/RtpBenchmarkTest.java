package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RtpBenchmarkTest {
    /** The VP8 payload descriptor, whose counters are the player's own. */
    private static final int DESCRIPTOR_BYTES = 6;

    private static RtpBenchmark open(Sample sample) {
        RtpBenchmark benchmark = new RtpBenchmark();
        benchmark.sample = sample;
        benchmark.open();
        return benchmark;
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindThePayloadBehindTheExtension(Sample sample) {
        RtpBenchmark benchmark = open(sample);
        int payloadBytes = sample == Sample.VP8 ? 1_200 : 160;
        assertEquals(sample.packet().length - payloadBytes, benchmark.parse());
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldForwardEachPacketAsThePlayersOwn(Sample sample) {
        RtpBenchmark benchmark = open(sample);
        // The first is the key frame that opening sent.
        for (int i = 1; i < 40; i++) {
            benchmark.forward();
            assertPlayersPacket(sample, RtpBenchmark.FIRST_SEQUENCE + i, i * 3_000, benchmark.written());
        }
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldRewriteTheRunOverAndOver(Sample sample) {
        RtpBenchmark benchmark = open(sample);
        benchmark.rewrite();
        for (int i = 1; i < 3 * PacketLogBenchmark.RUN; i++) {
            benchmark.rewrite();
            int inRun = i % PacketLogBenchmark.RUN;
            if (inRun > 0) {
                assertPlayersPacket(sample, RtpBenchmark.FIRST_SEQUENCE + inRun, 0, benchmark.written());
            }
        }
        benchmark.close();
    }

    private static void assertPlayersPacket(Sample sample, int sequence, int timestamp, byte[] packet) {
        ByteBuffer in = ByteBuffer.wrap(packet);
        assertEquals(RtpBenchmark.PLAYER_PAYLOAD_TYPE, packet[1] & 0x7f);
        assertEquals(sequence, in.getShort(2));
        assertEquals(timestamp, in.getInt(4));
        assertEquals(RtpBenchmark.PLAYER_SSRC, in.getInt(8));
        assertEquals((short) 0xbede, in.getShort(12));
        byte[] original = sample.packet();
        int kept = sample == Sample.VP8 ? 1_200 - DESCRIPTOR_BYTES : 160;
        assertArrayEquals(
                Arrays.copyOfRange(original, original.length - kept, original.length),
                Arrays.copyOfRange(packet, packet.length - kept, packet.length));
    }
}
