package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendSideEstimatorTest {
    private static final long MS = 1_000_000L;

    private final SendSideEstimator estimator = new SendSideEstimator(true, 0);
    private long nowNs = 1_000 * MS;
    private int sequence;

    private void send(int packets, int bytes) {
        for (int i = 0; i < packets; i++) {
            estimator.onSent(sequence++ & 0xffff, bytes, nowNs);
        }
    }

    private void seconds(int seconds, long wantedBps) {
        estimator.setWantedBps(wantedBps);
        seconds(seconds);
    }

    private void seconds(int seconds) {
        for (int i = 0; i < seconds * 10; i++) {
            int first = sequence;
            send(20, 1_200);
            nowNs += 100 * MS;
            for (int packet = first; packet < sequence; packet++) {
                estimator.onArrived(packet & 0xffff, nowNs / 1_000);
            }
            estimator.onFeedbackEnd(nowNs);
        }
    }

    @Test
    void shouldKnowNothingWhenNoFeedbackCame() {
        send(100, 1_200);
        estimator.onTimeout(0, nowNs + 5_000 * MS);
        assertEquals(SendSideEstimator.UNKNOWN, estimator.estimateBps());
        assertEquals(0, estimator.beginProbe(nowNs));
    }

    @Test
    void shouldEstimateWhenFeedbackCameForAWhile() {
        seconds(5, 1_000_000);
        assertTrue(estimator.estimateBps() > 1_500_000 && estimator.estimateBps() < 4_000_000);
    }

    @Test
    void shouldIgnoreFeedbackWhenItIsAboutPacketsNeverSentOrLongGone() {
        for (int i = 0; i < 0x1_0000; i++) {
            estimator.onArrived(i, i);
            estimator.onMissing(i);
        }
        estimator.onFeedbackEnd(nowNs);
        assertEquals(SendSideEstimator.UNKNOWN, estimator.estimateBps());
        seconds(5, 1_000_000);
        long before = estimator.estimateBps();
        for (int round = 0; round < 100; round++) {
            nowNs += MS;
            for (int i = 0; i < 0x1_0000; i++) {
                estimator.onArrived(i, nowNs / 1_000);
                estimator.onMissing(i);
            }
            estimator.onFeedbackEnd(nowNs);
        }
        assertEquals(before, estimator.estimateBps());
        assertEquals(0, estimator.lossShare());
    }

    /** Two packets each 100 ms. */
    private void sendFor(int millis) {
        for (int i = 0; i < millis / 100; i++) {
            nowNs += 100 * MS;
            send(2, 1_200);
        }
    }

    @Test
    void shouldHalveTheEstimateWhenTheWaySwallowsEverything() {
        seconds(5, 1_000_000);
        long before = estimator.estimateBps();
        for (int i = 0; i < 3; i++) {
            sendFor(1_500);
            estimator.onTimeout(0, nowNs);
        }
        assertTrue(estimator.estimateBps() <= before / 4);
    }

    @Test
    void shouldNoticeTheNextSilenceAsSoonAsTheFirst() {
        seconds(5, 1_000_000);
        for (int i = 0; i < 4; i++) {
            sendFor(1_500);
            estimator.onTimeout(0, nowNs);
        }
        seconds(1);
        long before = estimator.estimateBps();
        sendFor(1_500);
        estimator.onTimeout(0, nowNs);
        assertTrue(estimator.estimateBps() <= before / 2);
    }

    @Test
    void shouldNotTakeAPauseOfTheStreamForSilence() {
        seconds(5, 1_000_000);
        long before = estimator.estimateBps();
        // Even when the last packets before it were never told of.
        send(2, 1_200);
        nowNs += 3_000 * MS;
        sendFor(200);
        estimator.onTimeout(0, nowNs);
        assertEquals(before, estimator.estimateBps());
    }

    @Test
    void shouldNotTakeRareFeedbackForSilence() {
        seconds(5, 1_000_000);
        for (int i = 0; i < 10; i++) {
            sendFor(1_300);
            estimator.onArrived(sequence - 1 & 0xffff, nowNs / 1_000);
            estimator.onFeedbackEnd(nowNs);
        }
        long before = estimator.estimateBps();
        sendFor(1_300);
        estimator.onTimeout(0, nowNs);
        assertEquals(before, estimator.estimateBps());
    }

    @Test
    void shouldNotTakeItsOwnLatenessForSilence() {
        seconds(5, 1_000_000);
        long before = estimator.estimateBps();
        sendFor(1_500);
        estimator.onTimeout(1_000 * MS, nowNs);
        assertEquals(before, estimator.estimateBps());
        estimator.onTimeout(0, nowNs);
        assertTrue(estimator.estimateBps() <= before / 2);
    }

    @Test
    void shouldNotCountWhatArrivesForTheWaysLimitWhenNothingLimitsAndNoProbeIsBack() {
        // 1,920 kbit/s arrive of ten wanted: the sender was short of something, not the way.
        seconds(10, 10_000_000);
        assertEquals(SendSideEstimator.UNKNOWN, estimator.estimateBps());
    }

    @Test
    void shouldNotTakeAProbeThatCameThroughForTheWaysEnd() {
        seconds(3, 10_000_000);
        probe(0);
        assertEquals(SendSideEstimator.UNKNOWN, estimator.estimateBps());
        // Stretched to some 3 Mbit/s it is.
        probe(800);
        assertTrue(estimator.estimateBps() < 10_000_000, () -> "" + estimator.estimateBps());
    }

    /** A train of padding, whose packets of 300 bytes arrive so far apart. */
    private void probe(long apartUs) {
        int bytes = estimator.beginProbe(nowNs);
        assertTrue(bytes > 0);
        int first = sequence;
        send(bytes / 300 + 1, 300);
        estimator.endProbe(nowNs);
        for (int packet = first; packet < sequence; packet++) {
            estimator.onArrived(packet & 0xffff, nowNs / 1_000 + 50_000 + (packet - first) * apartUs);
        }
        nowNs += 100 * MS;
        estimator.onFeedbackEnd(nowNs);
    }

    @Test
    void shouldLeaveTheEstimateWhenNothingIsSent() {
        seconds(5, 1_000_000);
        long before = estimator.estimateBps();
        nowNs += 10_000 * MS;
        estimator.onTimeout(0, nowNs);
        assertEquals(before, estimator.estimateBps());
    }

    @Test
    void shouldTakeALossBackWhenThePacketComesAfterAll() {
        for (int i = 0; i < 50; i++) {
            send(20, 1_200);
            nowNs += 100 * MS;
            for (int packet = sequence - 20; packet < sequence; packet++) {
                if (packet % 2 == 0) {
                    estimator.onMissing(packet & 0xffff);
                    estimator.onArrived(packet & 0xffff, nowNs / 1_000);
                } else {
                    estimator.onArrived(packet & 0xffff, nowNs / 1_000);
                }
            }
            estimator.onFeedbackEnd(nowNs);
        }
        assertEquals(0, estimator.lossShare());
    }

    @Test
    void shouldProbeForWhatIsWantedAndNoMoreWhenItIsFound() {
        estimator.setWantedBps(4_000_000);
        int probes = 0;
        for (int i = 0; i < 100; i++) {
            seconds(1);
            int bytes = estimator.beginProbe(nowNs);
            if (bytes > 0) {
                probes++;
                assertTrue(bytes <= 40_000);
                send(bytes / 300 + 1, 300);
                estimator.endProbe(nowNs);
                for (int packet = sequence - bytes / 300 - 1; packet < sequence; packet++) {
                    estimator.onArrived(packet & 0xffff, nowNs / 1_000 + 50_000);
                }
                estimator.onFeedbackEnd(nowNs + 50 * MS);
            }
        }
        assertTrue(estimator.estimateBps() >= 11_000_000, () -> "" + estimator.estimateBps());
        assertTrue(probes >= 2 && probes <= 8, "probes " + probes);
    }

    @Test
    void shouldNotProbeWhenNothingMoreIsWanted() {
        seconds(5);
        assertEquals(0, estimator.beginProbe(nowNs));
    }

    /** Whatever a player claims, and however it changes its mind. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void shouldKeepWithinItsBoundsWhenFeedbackIsMadeUp(long seed) {
        Random random = new Random(seed);
        estimator.setWantedBps(3_000_000);
        for (int i = 0; i < 20_000; i++) {
            nowNs += random.nextInt(1 << random.nextInt(28));
            send(random.nextInt(20), random.nextInt(3_000));
            long arrivalUs = random.nextBoolean() ? nowNs / 1_000 : random.nextLong() >> random.nextInt(64);
            int at = random.nextBoolean() ? sequence - random.nextInt(40) : random.nextInt();
            for (int j = random.nextInt(60); j > 0; j--) {
                if (random.nextInt(3) == 0) {
                    estimator.onMissing(at++ & 0xffff);
                } else {
                    estimator.onArrived(at++ & 0xffff, arrivalUs += random.nextInt(4_000) - 1_000);
                }
            }
            estimator.onFeedbackEnd(nowNs);
            if (estimator.beginProbe(nowNs) > 0 && random.nextBoolean()) {
                send(5, 300);
                estimator.endProbe(nowNs);
            }
            if (random.nextInt(20) == 0) {
                estimator.onTimeout(0, nowNs);
            }
            long bps = estimator.assumedBps();
            String onFailure = "seed " + seed + " round " + i + ": " + bps;
            assertTrue(bps >= SendSideEstimator.MIN_BPS && bps <= SendSideEstimator.MAX_BPS, onFailure);
        }
    }
}
