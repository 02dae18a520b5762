package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SenderReportClockTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    @Test
    void shouldPassOverAReportWhenItsSenderHasNoWallClock() {
        SenderReportClock clock = new SenderReportClock(new PublicationClock(), 48_000);
        clock.onSenderReport(0, 5_000, SECOND);
        clock.onPacket(5, SECOND);
        assertEquals(5, clock.timestampAt(SECOND));
        clock.onSenderReport(0, 5_000, SECOND);
        assertEquals(5, clock.timestampAt(SECOND));
    }

    @Test
    void shouldCountOnFromTheReportWhenTimePasses() {
        for (int rate : new int[] {8_000, 48_000, 90_000}) {
            for (long startNs : new long[] {0, 17, Long.MAX_VALUE / 2, -12_345_678_901_234L}) {
                SenderReportClock clock = new SenderReportClock(new PublicationClock(), rate);
                clock.onSenderReport(0xb44db705_20000000L, 0xffff_fff0L, startNs);
                assertEquals(0xffff_fff0L, clock.timestampAt(startNs));
                assertEquals(0xffff_fff0L - rate, clock.timestampAt(startNs - SECOND));
                assertEquals(rate - 16, clock.timestampAt(startNs + SECOND));
                assertEquals(rate * 86_400L - 16 & 0xffff_ffffL, clock.timestampAt(startNs + 86_400 * SECOND));
                assertEquals(rate / 100 - 16, clock.timestampAt(startNs + 10 * MS));
            }
        }
    }

    @Test
    void shouldGuessByTheLeastDelayedPacketWhenNoReportCame() {
        SenderReportClock clock = new SenderReportClock(new PublicationClock(), 90_000);
        clock.onPacket(90_000, SECOND + 30 * MS);
        clock.onPacket(93_600, SECOND + 50 * MS);
        clock.onPacket(97_200, SECOND + 95 * MS);
        // The second came 10 ms after its time, the others 30 and 15.
        assertEquals(90_000 + 90 * 90, clock.timestampAt(SECOND + 100 * MS));
    }

    @Test
    void shouldFollowASlowClockWhenNoReportEverComes() {
        SenderReportClock clock = new SenderReportClock(new PublicationClock(), 90_000);
        long drift = 0;
        for (int i = 0; i < 3_600 * 25; i++) {
            long arrivalNs = i * 40 * MS + drift;
            clock.onPacket(i * 3_600L & 0xffff_ffffL, arrivalNs);
            // 500 ppm.
            drift += 20_000;
            assertEquals(0, difference(clock.timestampAt(arrivalNs), i * 3_600L), 500);
        }
    }

    @Test
    void shouldForgetTheGuessWhenAReportComes() {
        SenderReportClock clock = new SenderReportClock(new PublicationClock(), 90_000);
        clock.onPacket(1_000, 500 * MS);
        clock.onSenderReport(1L << 40, 7_000, SECOND);
        clock.onPacket(900_000_000, SECOND);
        assertEquals(7_000, clock.timestampAt(SECOND));
    }

    @Test
    void shouldKeepPictureAndSoundTogetherWhenReportsAreDelayedAndTheClockIsSkewed() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Publisher publisher = new Publisher(random, 0);
            // Four hours, in steps of a second.
            for (int s = 0; s < 4 * 3_600; s++) {
                publisher.second(s * SECOND);
                if (s > 6) {
                    assertTrue(
                            Math.abs(publisher.apartNs(s * SECOND)) < 10 * MS,
                            "seed " + seed + ", second " + s + ": apart " + publisher.apartNs(s * SECOND));
                }
            }
            long lateNs = publisher.lateNs(4 * 3_600 * SECOND);
            assertTrue(lateNs > 0 && lateNs < 200 * MS, "seed " + seed + ": late by " + lateNs);
        }
    }

    @Test
    void shouldStayTogetherWhenThePublisherSetsItsClock() {
        for (long stepNs : new long[] {3_600 * SECOND, -3_600 * SECOND, -40L * 365 * 86_400 * SECOND}) {
            Publisher publisher = new Publisher(new SplittableRandom(99), 0);
            for (int s = 0; s < 60; s++) {
                if (s == 30) {
                    publisher.ntpUnixNs += stepNs;
                }
                publisher.second(s * SECOND);
                if (s > 6) {
                    assertTrue(Math.abs(publisher.apartNs(s * SECOND)) < 100 * MS, "second " + s);
                }
            }
        }
    }

    @Test
    void shouldGoOnTogetherWhenAnotherPublisherTakesOver() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 100; i++) {
            Publisher publisher = new Publisher(random, i * 1_000 * SECOND);
            for (int s = 0; s < 12; s++) {
                publisher.second((i * 1_000L + s) * SECOND);
            }
            assertTrue(Math.abs(publisher.apartNs((i * 1_000L + 12) * SECOND)) < 10 * MS, "publisher " + i);
        }
    }

    private static long difference(long a, long b) {
        return (int) (a - b);
    }

    /**
     * A publisher with a wall clock of its own, wrong by years and up to 200 ppm fast or slow, and two tracks whose timestamps
     * start anywhere. Reports take 5 to 155 ms, those of sound come every five seconds.
     */
    private static final class Publisher {
        private final SplittableRandom random;
        private final SenderReportClock audio;
        private final SenderReportClock video;
        private final double skew;
        private final long startNs;
        private final long audioStart;
        private final long videoStart;
        private long ntpUnixNs;

        Publisher(SplittableRandom random, long startNs) {
            PublicationClock clock = new PublicationClock();
            this.random = random;
            this.startNs = startNs;
            audio = new SenderReportClock(clock, 48_000);
            video = new SenderReportClock(clock, 90_000);
            skew = 1 + random.nextDouble(-200e-6, 200e-6);
            audioStart = random.nextLong(1L << 32);
            videoStart = random.nextLong(1L << 32);
            ntpUnixNs = random.nextLong(2_000_000_000L * SECOND);
        }

        /** One second of the server's clock: a report of the picture, every fifth second one of the sound. */
        void second(long nowNs) {
            report(video, videoStart, 90_000, nowNs + random.nextLong(300 * MS));
            if ((nowNs - startNs) / SECOND % 5 == 2) {
                report(audio, audioStart, 48_000, nowNs + random.nextLong(300 * MS));
            }
        }

        private void report(SenderReportClock clock, long start, int rate, long sentNs) {
            long own = ownNs(sentNs);
            long timestamp = start + Math.round(own * 1e-9 * rate) & 0xffff_ffffL;
            clock.onSenderReport(
                    NtpTime.ofUnixNs(ntpUnixNs + own), timestamp, sentNs + random.nextLong(5 * MS, 155 * MS));
        }

        /** What this publisher's clock counted since its start. */
        private long ownNs(long atNs) {
            return (long) ((atNs - startNs) * skew);
        }

        private long capturedNs(SenderReportClock clock, long start, int rate, long nowNs) {
            // Near what it should be, so that the wraps of the timestamp do not matter.
            long expected = start + Math.round(ownNs(nowNs) * 1e-9 * rate);
            return ownNs(nowNs) + Math.round(difference(clock.timestampAt(nowNs), expected) * 1e9 / rate);
        }

        /** How far from each other picture and sound were captured that a report of now declares simultaneous. */
        long apartNs(long nowNs) {
            return capturedNs(video, videoStart, 90_000, nowNs) - capturedNs(audio, audioStart, 48_000, nowNs);
        }

        /** How long before now the picture was captured that a report of now declares to be of now. */
        long lateNs(long nowNs) {
            return ownNs(nowNs) - capturedNs(video, videoStart, 90_000, nowNs);
        }
    }
}
