package dev.sluice.engine.rtcp;

/**
 * A publisher's wall clock seen from the server's: one offset for all tracks of a publication, so that what they say of
 * each other's timing stays exact whatever the offset's own error. Confined to one media loop.
 *
 * <p>The offset is taken from the publication's first sender report, network delay included. Later reports pull it along
 * slowly: clocks drift apart (100 ppm are a third of a second an hour), and a first report may have been late. The steps are
 * so small that two tracks which reported at different times stay within milliseconds of each other.
 */
public final class PublicationClock {
    private static final long MAX_STEP_NS = 1_000_000;
    private static final int SMOOTHING = 16;
    /** Further off, the publisher's clock was set, and the offset is taken anew. */
    private static final long MAX_ERROR_NS = 2_000_000_000L;

    private boolean known;
    private long referenceNtp;
    private long referenceNs;

    /** The server's instant for the NTP timestamp of a sender report that arrived now, on any of the tracks. */
    long onSenderReport(long ntp, long arrivalNs) {
        if (known) {
            long expectedNs = referenceNs + NtpTime.differenceNs(ntp, referenceNtp);
            long errorNs = arrivalNs - expectedNs;
            if (errorNs >= -MAX_ERROR_NS && errorNs <= MAX_ERROR_NS) {
                long stepNs = Math.clamp(errorNs / SMOOTHING, -MAX_STEP_NS, MAX_STEP_NS);
                referenceNs += stepNs;
                return expectedNs + stepNs;
            }
        }
        known = true;
        referenceNtp = ntp;
        referenceNs = arrivalNs;
        return arrivalNs;
    }
}
