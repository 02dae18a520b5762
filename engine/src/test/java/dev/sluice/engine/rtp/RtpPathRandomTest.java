package dev.sluice.engine.rtp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same check as {@link RtpPathFuzzTest}, over broken copies of whole packets of every codec. */
class RtpPathRandomTest {
    @Test
    void shouldWriteAPacketOrDropItWhenCutAtEveryByte() {
        for (byte[] sample : samples()) {
            for (int length = 1; length <= sample.length; length++) {
                RtpPathFuzzTest.forward(sample[0] & 0xff, Arrays.copyOf(sample, length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldWriteAPacketOrDropItWhenBytesAreBroken(long seed) {
        Random random = new Random(seed);
        List<byte[]> samples = samples();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = samples.get(random.nextInt(samples.size())).clone();
            int changes = 1 + random.nextInt(6);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                RtpPathFuzzTest.forward(bytes[0] & 0xff, bytes);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(bytes), e);
            }
        }
    }

    private static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        CodecTest.SAMPLES.forEach((codec, payloads) -> {
            for (byte[] payload : payloads) {
                byte[] packet = new TestPacket()
                        .oneByte(4, (byte) 1)
                        .oneByte(6, TestPayloads.dependencyDescriptor(7, 9))
                        .payload(payload)
                        .padding(3)
                        .bytes();
                samples.add(TestPacket.concat(new byte[] {(byte) codec.ordinal()}, packet));
                samples.add(TestPacket.concat(new byte[] {(byte) (0xc0 + 9 - 0xc0 % 9 + codec.ordinal())}, packet));
            }
        });
        return samples;
    }
}
