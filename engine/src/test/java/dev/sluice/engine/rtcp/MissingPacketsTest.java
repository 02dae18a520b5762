package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MissingPacketsTest {
    private static final long MS = 1_000_000L;

    private final MissingPackets missing = new MissingPackets();
    private final long[] due = new long[64];
    private long nowNs = 5_000_000_000L;

    @Test
    void shouldAskForAGapOnceReorderingIsExcluded() {
        receive(100, 101, 105);
        assertAsked();
        nowNs += MissingPackets.LEAST_TOLERANCE_NS;
        assertAsked(102, 103, 104);
        assertAsked();
    }

    @Test
    void shouldAskAgainOncePerRoundTripUntilItComes() {
        receive(1, 3);
        nowNs += 10 * MS;
        assertAsked(2);
        nowNs += 50 * MS;
        assertEquals(MissingPackets.FOUND, missing.onPacket(2, nowNs));
        assertEquals(50 * MS, missing.roundTripNs());
        assertFalse(missing.isPending());

        receive(5);
        nowNs += 10 * MS;
        assertAsked(4);
        nowNs += 60 * MS;
        assertAsked();
        nowNs += 5 * MS;
        assertAsked(4);
    }

    @Test
    void shouldGiveUpAfterSoManyQuestions() {
        receive(1, 3);
        int asked = 0;
        for (int i = 0; i < 300; i++) {
            nowNs += 10 * MS;
            asked += missing.takeDue(nowNs, due);
        }
        assertTrue(asked >= 5 && asked <= MissingPackets.MAX_ASKS, "asked " + asked);
        assertFalse(missing.isPending());
        assertTrue(missing.takeGivenUp());
        assertFalse(missing.takeGivenUp());
        assertTrue(missing.isMissing(2));
        assertFalse(missing.isAwaited(2));
        assertEquals(MissingPackets.FOUND, missing.onPacket(2, nowNs), "late, and still the first of its number");
        assertEquals(MissingPackets.DUPLICATE, missing.onPacket(2, nowNs));
    }

    @Test
    void shouldTellDuplicatesAndWhatIsTooOld() {
        for (int i = 0; i < 3_000; i++) {
            assertEquals(MissingPackets.NEW, missing.onPacket(i, nowNs));
        }
        assertEquals(MissingPackets.DUPLICATE, missing.onPacket(2_999, nowNs));
        assertEquals(MissingPackets.DUPLICATE, missing.onPacket(3_000 - MissingPackets.HISTORY, nowNs));
        assertEquals(MissingPackets.FORGOTTEN, missing.onPacket(2_999 - MissingPackets.HISTORY, nowNs));
    }

    @Test
    void shouldWaitLongerWhereWaysReorder() {
        for (int i = 0; i < 20; i++) {
            receive(10 * i, 10 * i + 2);
            nowNs += 8 * MS;
            missing.onPacket(10 * i + 1, nowNs);
            for (int j = 3; j < 10; j++) {
                receive(10 * i + j);
            }
        }
        assertEquals(10 * MS, missing.toleranceNs());
        receive(200, 202);
        nowNs += 9 * MS;
        assertAsked();
        nowNs += MS;
        assertAsked(201);
    }

    @Test
    void shouldTakeALargeGapForAnotherBeginning() {
        receive(1, 2 + MissingPackets.MAX_GAP);
        nowNs += 100 * MS;
        assertAsked();
        assertTrue(missing.takeGivenUp());
        assertFalse(missing.isPending());
    }

    @Test
    void shouldGiveUpWhatFallsOutOfTheHistory() {
        receive(1, 3);
        for (int i = 4; i < 4 + MissingPackets.HISTORY; i++) {
            receive(i);
        }
        assertFalse(missing.isPending());
        assertTrue(missing.takeGivenUp());
        nowNs += 100 * MS;
        assertAsked();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void shouldAskOnlyForWhatIsMissingWhateverComes(long seed) {
        Random random = new Random(seed);
        boolean[] came = new boolean[1 << 20];
        int highest = 2_000;
        came[highest] = true;
        missing.onPacket(highest, nowNs);
        for (int i = 0; i < 50_000; i++) {
            int sequence = random.nextInt(20) != 0
                    ? highest + 1 + random.nextInt(3)
                    : Math.max(0, highest - random.nextInt(random.nextInt(100) == 0 ? 1_500 : 40));
            int found = missing.onPacket(sequence, nowNs);
            if (sequence > highest - MissingPackets.HISTORY && sequence < highest && sequence >= 2_000) {
                boolean known = came[sequence];
                assertEquals(known ? MissingPackets.DUPLICATE : MissingPackets.FOUND, found, "seed " + seed);
            }
            came[sequence] = true;
            highest = Math.max(highest, sequence);
            nowNs += random.nextInt(4) * MS;
            int count = missing.takeDue(nowNs, due);
            long before = -1;
            for (int j = 0; j < count; j++) {
                assertFalse(came[(int) due[j]], "seed " + seed);
                assertTrue(due[j] > before && due[j] > highest - MissingPackets.HISTORY, "seed " + seed);
                before = due[j];
            }
        }
    }

    private void receive(long... sequences) {
        for (long sequence : sequences) {
            assertEquals(MissingPackets.NEW, missing.onPacket(sequence, nowNs));
        }
    }

    private void assertAsked(long... sequences) {
        int count = missing.takeDue(nowNs, due);
        assertEquals(Arrays.toString(sequences), Arrays.toString(Arrays.copyOf(due, count)));
    }
}
