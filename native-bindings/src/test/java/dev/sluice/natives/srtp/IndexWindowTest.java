package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.SrtpContext.FAILED;
import static dev.sluice.natives.srtp.SrtpContext.REPLAYED;
import static dev.sluice.natives.srtp.SrtpContext.TOO_OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IndexWindowTest {

    @Test
    void shouldTakeTheNearestIndexOfASequenceNumber() {
        assertEquals(0x1_0000, window(0xffff).estimate(0));
        assertEquals(0x1_7ffe, window(0xffff).estimate(0x7ffe));
        assertEquals(0xffff, window(0x1_0000).estimate(0xffff));
        assertEquals(0x7_fffe, window(0x8_0000).estimate(0xfffe));
        assertEquals(0x5_1234, window(0x5_1234).estimate(0x1234));
    }

    /** RFC 3711 appendix A: at just half a cycle away it stays in the cycle. */
    @Test
    void shouldStayInTheCycleAtHalfTheDistance() {
        assertEquals(0x3_9000, window(0x3_1000).estimate(0x9000));
        assertEquals(0x2_9001, window(0x3_1000).estimate(0x9001));
        assertEquals(0x3_1000, window(0x3_9000).estimate(0x1000));
        assertEquals(0x4_0fff, window(0x3_9000).estimate(0x0fff));
    }

    @Test
    void shouldHaveNoCycleBeforeTheFirst() {
        assertEquals(0xffff, window(0).estimate(0xffff));
        assertEquals(0xfff0, window(0x7fff).estimate(0xfff0));
        assertEquals(0xfff0, window(0x8000).estimate(0xfff0));
    }

    @Test
    void shouldRefuseIndicesBehindTheLast() {
        IndexWindow rtp = new IndexWindow(IndexWindow.LAST_RTP_INDEX, IndexWindow.LAST_RTP_INDEX - 1);
        assertEquals(0, rtp.check(rtp.estimate(0xffff)));
        assertEquals(FAILED, rtp.check(rtp.estimate(0)));
        IndexWindow rtcp = new IndexWindow(IndexWindow.LAST_RTCP_INDEX, IndexWindow.LAST_RTCP_INDEX - 1);
        assertEquals(0, rtcp.check(rtcp.next()));
        rtcp.accept(rtcp.next());
        assertEquals(FAILED, rtcp.check(rtcp.next()));
    }

    /** Against a set of all indices seen, with steps of every size around the words of the bitmap. */
    @Test
    void shouldKnowWhatWasSeen() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            IndexWindow window = window(0);
            Set<Long> seen = new HashSet<>();
            long highest = 0;
            for (int step = 0; step < 2_000; step++) {
                long index =
                        Math.max(0, highest + random.nextInt(random.nextInt(10) == 0 ? 400 : 40) - 20 * (seed % 8));
                int expected = highest - index >= 128 ? TOO_OLD : seen.contains(index) ? REPLAYED : 0;
                assertEquals(expected, window.check(index), "seed " + seed + ", step " + step);
                if (expected == 0 && random.nextInt(4) > 0) {
                    window.accept(index);
                    seen.add(index);
                    highest = Math.max(highest, index);
                }
            }
        }
    }

    private static IndexWindow window(long highest) {
        return new IndexWindow(IndexWindow.LAST_RTP_INDEX, highest);
    }
}
