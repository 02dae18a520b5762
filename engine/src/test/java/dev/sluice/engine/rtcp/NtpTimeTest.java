package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NtpTimeTest {
    /** RFC 3550 section 6.4.1, figure 2: 10 Nov 1995 11:33:25.125 UTC. */
    private static final long FIGURE_2 = 0xb44db705_20000000L;

    private static final long FIGURE_2_UNIX_NS = unixNs("1995-11-10T11:33:25.125Z");

    @Test
    void shouldConvertBothWaysWhenGivenTheInstantOfTheRfc() {
        assertEquals(FIGURE_2, NtpTime.ofUnixNs(FIGURE_2_UNIX_NS));
        assertEquals(FIGURE_2_UNIX_NS, NtpTime.toUnixNs(FIGURE_2));
        assertEquals(0xb7052000L, NtpTime.compact(FIGURE_2));
    }

    @Test
    void shouldGiveTheSameNanosecondBackWhenConvertedThereAndBack() {
        SplittableRandom random = new SplittableRandom(3550);
        for (int i = 0; i < 100_000; i++) {
            long unixNs = random.nextLong(unixNs("1970-01-01T00:00:00Z"), unixNs("2100-01-01T00:00:00Z"));
            assertEquals(unixNs, NtpTime.toUnixNs(NtpTime.ofUnixNs(unixNs)));
        }
    }

    @Test
    void shouldGoOnWhenTheEraEndsIn2036() {
        long before = unixNs("2036-02-07T06:28:15.5Z");
        long after = unixNs("2036-02-07T06:28:16.5Z");
        assertEquals(0xffffffff_80000000L, NtpTime.ofUnixNs(before));
        assertEquals(0x00000000_80000000L, NtpTime.ofUnixNs(after));
        assertEquals(after, NtpTime.toUnixNs(NtpTime.ofUnixNs(after)));
        assertEquals(1_000_000_000L, NtpTime.differenceNs(NtpTime.ofUnixNs(after), NtpTime.ofUnixNs(before)));
        assertEquals(-1_000_000_000L, NtpTime.differenceNs(NtpTime.ofUnixNs(before), NtpTime.ofUnixNs(after)));
    }

    @Test
    void shouldFollowTheMonotonicClockWhenTimePasses() {
        NtpTime clock = new NtpTime(FIGURE_2_UNIX_NS, -5_000);
        assertEquals(FIGURE_2, clock.at(-5_000));
        assertEquals(NtpTime.ofUnixNs(FIGURE_2_UNIX_NS + 11_375_000_000L), clock.at(11_375_000_000L - 5_000));
        // Figure 2's second instant, 11:33:36.5.
        assertEquals(0xb44db710_80000000L, clock.at(11_375_000_000L - 5_000));
    }

    @Test
    void shouldBoundDurationsWhenTheyDoNotFit() {
        assertEquals(0x0005_4000L, NtpTime.compactDuration(5_250_000_000L));
        assertEquals(5_250_000_000L, NtpTime.compactToNs(0x0005_4000L));
        assertEquals(0, NtpTime.compactDuration(-1));
        assertEquals(0xffff_ffffL, NtpTime.compactDuration(Long.MAX_VALUE));
    }

    private static long unixNs(String instant) {
        Instant at = Instant.parse(instant);
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }
}
