package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SentPacketsTest {
    private static final long MS = 1_000_000L;

    private final SentPackets sent = new SentPackets();

    @Test
    void shouldTellTimeAndLengthWhenAPacketIsOnItsWay() {
        sent.onSent(7, 1_216, 123_456 * MS);
        long packet = sent.find(7);
        assertEquals(1_216, sent.lengthBytes(packet));
        assertEquals(123_456 * MS, sent.sentNs(packet));
        assertFalse(sent.isMissing(packet));
        sent.markMissing(packet);
        assertTrue(sent.isMissing(packet));
        assertEquals(1_216, sent.lengthBytes(packet));
        sent.forget(packet);
        assertEquals(SentPackets.NONE, sent.find(7));
    }

    @Test
    void shouldFindNothingWhenANumberWasNotSentOrLeftOut() {
        assertEquals(SentPackets.NONE, sent.find(0));
        sent.onSent(100, 100, 0);
        sent.onSent(103, 100, 0);
        assertEquals(SentPackets.NONE, sent.find(101));
        assertEquals(SentPackets.NONE, sent.find(104));
        assertEquals(SentPackets.NONE, sent.find(99));
        assertEquals(100, sent.find(100));
    }

    @Test
    void shouldKeepWhatIsOnItsWayWhenTheHistoryGrows() {
        for (int i = 0; i < SentPackets.LEAST_HISTORY; i++) {
            sent.onSent(i, 1 + i, i * MS);
            if (i % 3 == 0) {
                sent.forget(sent.find(i));
            } else if (i % 3 == 1) {
                sent.markMissing(sent.find(i));
            }
        }
        sent.onSent(SentPackets.LEAST_HISTORY, 7, 300 * MS);
        sent.onSent(SentPackets.LEAST_HISTORY + 1, 7, 300 * MS);
        sent.onSent(SentPackets.LEAST_HISTORY + 2, 7, 300 * MS);
        for (int i = 3; i < SentPackets.LEAST_HISTORY; i++) {
            long packet = sent.find(i);
            assertEquals(i % 3 == 0, packet == SentPackets.NONE);
            if (packet != SentPackets.NONE) {
                assertEquals(1 + i, sent.lengthBytes(packet));
                assertEquals(i * MS, sent.sentNs(packet));
                assertEquals(i % 3 == 1, sent.isMissing(packet));
            }
        }
        assertEquals(2, sent.find(2), "the one that would have been forgotten");
    }

    @Test
    void shouldGoOnWhenNumbersWrapAndHistoryEnds() {
        for (int i = 0; i < 200_000; i++) {
            sent.onSent(i & 0xffff, 1 + i % 1_500, i * MS / 4);
        }
        int last = 199_999;
        assertEquals(1 + last % 1_500, sent.lengthBytes(sent.find(last & 0xffff)));
        int oldest = last - SentPackets.HISTORY + 1;
        assertEquals(oldest * MS / 4, sent.sentNs(sent.find(oldest & 0xffff)));
        assertEquals(SentPackets.NONE, sent.find(oldest - 1 & 0xffff));
        sent.onSent(last + 5_000 & 0xffff, 10, last * MS);
        assertEquals(SentPackets.NONE, sent.find(last & 0xffff));
    }
}
