package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SendClockTest {
    private static final long MS = 1_000_000L;
    private static final int FRAME = 3_000;
    private static final int SLACK = 1_800;

    private final SendClock clock = new SendClock(90_000);

    @Test
    void shouldPutABurstOfOneMomentRightBelowLive() {
        clock.seek(10);
        clock.onLive(100 * FRAME, 0, 13);
        int first = clock.map(97 * FRAME, 0, 0);
        assertEquals(100 * FRAME - SLACK, first);
        assertEquals(first + 1, clock.map(98 * FRAME, 0, 0));
        assertEquals(first + 2, clock.map(99 * FRAME, 0, 0));
        assertEquals(first + 3, clock.map(100 * FRAME, 0, 0));
    }

    @Test
    void shouldFollowTheTimeOfSendingButStayBelowWhatIsQueued() {
        clock.seek(0);
        clock.onLive(30 * FRAME, 0, 30);
        assertEquals(30 * FRAME - SLACK + 900, clock.map(0, 0, 10 * MS));
        // 30 ms after the newest frame came the time alone would be above it: 29 more must find room.
        assertEquals(30 * FRAME - 29, clock.map(FRAME, 0, 30 * MS));
        assertEquals(30 * FRAME - 28, clock.map(2 * FRAME, 0, 33 * MS));
    }

    @Test
    void shouldGiveAllPacketsOfAFrameOneTimestampEvenLateOnes() {
        clock.seek(0);
        clock.onLive(5 * FRAME, 0, 5);
        int first = clock.map(0, 0, 0);
        assertEquals(first, clock.map(0, 0, 9 * MS));
        int second = clock.map(FRAME, 0, 12 * MS);
        assertTrue(second > first);
        assertEquals(first, clock.map(0, 0, 14 * MS));
        assertEquals(second, clock.map(FRAME, 0, 16 * MS));
    }

    @Test
    void shouldLeaveTimestampsAloneOnceItHasEnded() {
        clock.seek(0);
        clock.onLive(FRAME, 0, 1);
        int first = clock.map(0, 77, 0);
        clock.map(FRAME, 77, 20 * MS);
        clock.end(20 * MS);
        assertEquals(2 * FRAME + 77, clock.map(2 * FRAME, 77, 40 * MS));
        assertEquals(3 * FRAME + 77, clock.map(3 * FRAME, 77, 70 * MS));
        assertEquals(first, clock.map(0, 77, 71 * MS), "a packet of the burst that is sent again");
    }

    @Test
    void shouldGrowAcrossTheWrapAndAboveWhatWasSentBefore() {
        int wrap = -1_000;
        clock.continueAfter(wrap + 900);
        clock.seek(0);
        clock.onLive(wrap & 0xffff_ffffL, 0, 1);
        assertEquals(wrap + 901, clock.map(wrap - FRAME, 0, 0));
        assertEquals(wrap + 902, clock.map(wrap, 0, 0));
        clock.end(0);
        assertEquals(wrap + FRAME, clock.map(wrap + FRAME, 0, 33 * MS));
    }

    @Test
    void shouldStayWithinAFrameOfLiveAtAnyPaceOfSending() {
        for (int burst = 1; burst <= 200; burst += 13) {
            for (int stepMs = 0; stepMs <= 20; stepMs += 4) {
                run(burst, stepMs);
            }
        }
    }

    /** Frames come every 33 ms while a burst of older ones goes out, one each {@code stepMs}. */
    private static void run(int burst, int stepMs) {
        SendClock clock = new SendClock(90_000);
        clock.seek(0);
        long nowNs = 0;
        int before = Integer.MIN_VALUE;
        for (int frame = 0; ; frame++) {
            int live = burst + (int) (nowNs / (33 * MS));
            if (frame > live) {
                return;
            }
            clock.onLive((long) live * FRAME, nowNs / (33 * MS) * 33 * MS, live);
            int timestamp = clock.map(frame * FRAME, 0, nowNs);
            assertTrue(timestamp > before);
            assertTrue(timestamp <= live * FRAME + burst, "not above live");
            assertTrue(timestamp >= live * FRAME - SLACK - (live - frame), "not far below live");
            before = timestamp;
            nowNs += stepMs * MS;
        }
    }
}
