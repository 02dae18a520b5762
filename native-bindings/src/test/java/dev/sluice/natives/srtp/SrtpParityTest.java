package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.TestProviders.put;
import static dev.sluice.natives.srtp.TestProviders.rtcp;
import static dev.sluice.natives.srtp.TestProviders.rtp;
import static dev.sluice.natives.srtp.TestProviders.take;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.natives.srtp.TestProviders.Case;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every provider gives the bytes and the codes of {@code jdk}, which is always there, and so of every other: over a
 * random run of good, repeated, late, damaged and cut packets of many SSRCs.
 */
class SrtpParityTest {
    private static final int STEPS = 20_000;

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldGiveTheBytesAndCodesOfTheOthers(Case which) {
        long seed = 41 + which.profile().ordinal();
        Case reference = new Case("jdk", which.profile());
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = which.outbound();
                SrtpContext inbound = which.inbound();
                SrtpContext referenceOutbound = reference.outbound();
                SrtpContext referenceInbound = reference.inbound()) {
            new Run(arena, seed, outbound, inbound, referenceOutbound, referenceInbound).run();
        }
    }

    private static final class Run {
        private final Random random;
        private final long seed;
        private final SrtpContext outbound;
        private final SrtpContext inbound;
        private final SrtpContext referenceOutbound;
        private final SrtpContext referenceInbound;
        private final MemorySegment memory;
        private final MemorySegment referenceMemory;
        private final int[] sequenceNumbers = new int[40];
        private final List<byte[]> sealedRtp = new ArrayList<>();
        private final List<byte[]> sealedRtcp = new ArrayList<>();

        Run(
                Arena arena,
                long seed,
                SrtpContext outbound,
                SrtpContext inbound,
                SrtpContext referenceOutbound,
                SrtpContext referenceInbound) {
            this.seed = seed;
            random = new Random(seed);
            this.outbound = outbound;
            this.inbound = inbound;
            this.referenceOutbound = referenceOutbound;
            this.referenceInbound = referenceInbound;
            memory = arena.allocate(TestProviders.ROOM);
            referenceMemory = arena.allocate(TestProviders.ROOM);
            for (int i = 0; i < sequenceNumbers.length; i++) {
                sequenceNumbers[i] = random.nextInt(1 << 16);
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> protectRtp(step);
                    case 2 -> protectRtcp(step);
                    case 3 -> unprotect(step, sealedRtp, true);
                    default -> unprotect(step, sealedRtcp, false);
                }
            }
        }

        /** Few streams are busy, so that they wrap; the others come now and then, up to more than fit. */
        private int stream(int step) {
            int known = Math.min(sequenceNumbers.length, 2 + step / 200);
            return random.nextInt(10) == 0 ? random.nextInt(known) : random.nextInt(2);
        }

        private void protectRtp(int step) {
            int stream = stream(step);
            int jump = random.nextInt(20) == 0 ? random.nextInt(30_000) : random.nextInt(12) - 3;
            sequenceNumbers[stream] = sequenceNumbers[stream] + jump & 0xffff;
            byte[] plain = rtp(
                    stream,
                    sequenceNumbers[stream],
                    random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(1300),
                    random.nextInt(4) == 0 ? random.nextInt(16) : 0,
                    random.nextInt(3) == 0 ? random.nextInt(12) : -1);
            int room = random.nextInt(20) == 0 ? plain.length + random.nextInt(20) : TestProviders.ROOM;
            int code = outbound.protectRtp(put(memory, 0, plain), 0, plain.length, room);
            int expected = referenceOutbound.protectRtp(put(referenceMemory, 0, plain), 0, plain.length, room);
            compare(step, expected, code);
            if (code > 0) {
                sealedRtp.add(take(memory, 0, code));
            }
        }

        private void protectRtcp(int step) {
            byte[] plain = rtcp(stream(step), 8 + 4 * random.nextInt(60));
            int room = random.nextInt(20) == 0 ? plain.length + random.nextInt(24) : TestProviders.ROOM;
            int code = outbound.protectRtcp(put(memory, 0, plain), 0, plain.length, room);
            int expected = referenceOutbound.protectRtcp(put(referenceMemory, 0, plain), 0, plain.length, room);
            compare(step, expected, code);
            if (code > 0) {
                sealedRtcp.add(take(memory, 0, code));
            }
        }

        private void unprotect(int step, List<byte[]> sealed, boolean isRtp) {
            if (sealed.isEmpty()) {
                return;
            }
            int back = Math.min(sealed.size(), random.nextInt(20) == 0 ? 400 : 1 + random.nextInt(8));
            byte[] packet = sealed.get(sealed.size() - back).clone();
            int length = packet.length;
            switch (random.nextInt(6)) {
                case 0 -> packet[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> length = random.nextInt(length + 1);
                default -> {}
            }
            put(memory, 0, packet);
            put(referenceMemory, 0, packet);
            int code = isRtp ? inbound.unprotectRtp(memory, 0, length) : inbound.unprotectRtcp(memory, 0, length);
            int expected = isRtp
                    ? referenceInbound.unprotectRtp(referenceMemory, 0, length)
                    : referenceInbound.unprotectRtcp(referenceMemory, 0, length);
            compare(step, expected, code);
        }

        private void compare(int step, int expected, int code) {
            String where = "seed " + seed + ", step " + step;
            assertEquals(expected, code, where);
            if (code > 0) {
                assertArrayEquals(take(referenceMemory, 0, code), take(memory, 0, code), where);
            }
        }
    }
}
