package dev.sluice.engine.rtcp;

/**
 * The process's wall clock as NTP timestamps (RFC 3550 section 4), driven by the monotonic clock, so that all sender reports
 * agree with each other even when the machine's time is set. Immutable.
 *
 * <p>A timestamp is 64-bit fixed point: seconds since 1900 (modulo 2^32) above, fractions below. The compact form is its
 * middle 32 bits, units of 1/65536 s.
 */
public final class NtpTime {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Seconds between 1900 and 1970. */
    private static final long UNIX_EPOCH_SECONDS = 2_208_988_800L;

    private static final long HALF = 1L << 31;
    /** A longer round trip is a wrong echo of our timestamp, not a network. */
    private static final long MAX_ROUND_TRIP_UNITS = 60 << 16;

    private final long unixNs;
    private final long atNs;

    /** A clock that shows {@code unixNs} (since 1970) at the monotonic instant {@code atNs}. */
    public NtpTime(long unixNs, long atNs) {
        this.unixNs = unixNs;
        this.atNs = atNs;
    }

    /** From a monotonic instant to nanoseconds since 1970. */
    public long unixOffsetNs() {
        return unixNs - atNs;
    }

    /** The NTP timestamp of a monotonic instant. */
    public long at(long nowNs) {
        return ofUnixNs(unixNs + (nowNs - atNs));
    }

    public static long ofUnixNs(long unixNs) {
        long seconds = Math.floorDiv(unixNs, NANOS_PER_SECOND) + UNIX_EPOCH_SECONDS;
        long fraction = (Math.floorMod(unixNs, NANOS_PER_SECOND) << 32) / NANOS_PER_SECOND;
        return seconds << 32 | fraction;
    }

    /** Nanoseconds since 1970; timestamps below 2^31 seconds are of the era after 2036 (RFC 5905 section 6). */
    public static long toUnixNs(long ntp) {
        long seconds = ntp >>> 32;
        long sinceUnix = seconds - UNIX_EPOCH_SECONDS + (seconds < HALF ? 1L << 32 : 0);
        return sinceUnix * NANOS_PER_SECOND + fractionNs(ntp);
    }

    /** {@code later − earlier} in nanoseconds, right for any two timestamps less than 68 years apart, eras included. */
    public static long differenceNs(long later, long earlier) {
        long difference = later - earlier;
        return (difference >> 32) * NANOS_PER_SECOND + fractionNs(difference);
    }

    /** The middle 32 bits, 0 … 2^32−1: LSR's form (RFC 3550 section 6.4.1). */
    public static long compact(long ntp) {
        return ntp >>> 16 & 0xffff_ffffL;
    }

    /** Nanoseconds as units of 1/65536 s, at most 2^32−1: DLSR's form. */
    static long compactDuration(long durationNs) {
        if (durationNs <= 0) {
            return 0;
        }
        long whole = durationNs / NANOS_PER_SECOND;
        long units = (whole << 16) + (durationNs % NANOS_PER_SECOND << 16) / NANOS_PER_SECOND;
        return Math.min(units, 0xffff_ffffL);
    }

    /** Units of 1/65536 s as nanoseconds. */
    static long compactToNs(long units) {
        return (units * NANOS_PER_SECOND + (1 << 15)) >> 16;
    }

    /**
     * The round trip that a remote's echo of our timestamp shows (RFC 3550 section 6.4.1, RFC 3611 section 4.5).
     *
     * @param nowNtp now on the clock that the timestamp was made from
     * @param echoed the timestamp, compact; 0: the remote has none yet
     * @param heldUnits how long the remote held it, in 1/65536 s
     * @return −1 when it shows none
     */
    public static long roundTripNs(long nowNtp, long echoed, long heldUnits) {
        long units = (compact(nowNtp) - echoed & 0xffff_ffffL) - heldUnits;
        // Rounding of three numbers can make a round trip on one machine a unit or two negative.
        boolean valid = echoed != 0 && units >= -2 && units <= MAX_ROUND_TRIP_UNITS;
        return valid ? compactToNs(Math.max(units, 0)) : -1;
    }

    private static long fractionNs(long ntp) {
        return ((ntp & 0xffff_ffffL) * NANOS_PER_SECOND + HALF) >>> 32;
    }
}
