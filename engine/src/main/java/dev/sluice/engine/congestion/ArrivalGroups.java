package dev.sluice.engine.congestion;

/**
 * Puts packets that left within 5 ms into groups, and says by how much more or less than they left apart two groups arrived
 * (draft-ietf-rmcat-gcc-02 section 5.2). Confined to one media loop.
 */
final class ArrivalGroups {
    private static final long GROUP_US = 5_000;
    /** What queued up somewhere and came at once tells nothing about the queue: part of the group, up to this length. */
    private static final long MAX_BURST_US = 100_000;
    /** Groups that a remote's clock puts further apart than this are not compared: it jumped. */
    private static final long MAX_JUMP_US = 3_000_000;

    private boolean started;
    private long firstSentUs;
    private long firstArrivalUs;
    private long sentUs;
    private long arrivalUs;
    /** Of the group's packets, the shortest time on the way, by two clocks of unknown difference. */
    private long leastTransitUs;

    private int bytes;

    private boolean hasPrior;
    private long priorSentUs;
    private long priorArrivalUs;
    private int priorBytes;

    private long sentDeltaUs;
    private long arrivalDeltaUs;
    private long groupArrivalUs;
    private long groupTransitUs;
    private int bytesBefore;

    /**
     * A packet arrived, in the order of sending.
     *
     * @return whether a group before it is complete and may be compared with the one before it: {@link #sentDeltaUs()} and
     *     its siblings are about it
     */
    boolean onPacket(int lengthBytes, long packetSentUs, long packetArrivalUs) {
        if (!started) {
            begin(lengthBytes, packetSentUs, packetArrivalUs);
            return false;
        }
        if (packetSentUs < firstSentUs) {
            return false;
        }
        if (belongs(packetSentUs, packetArrivalUs)) {
            sentUs = Math.max(sentUs, packetSentUs);
            arrivalUs = Math.max(arrivalUs, packetArrivalUs);
            leastTransitUs = Math.min(leastTransitUs, packetArrivalUs - packetSentUs);
            bytes += lengthBytes;
            return false;
        }
        boolean comparable = hasPrior && compare();
        hasPrior = true;
        priorSentUs = sentUs;
        priorArrivalUs = arrivalUs;
        priorBytes = bytes;
        begin(lengthBytes, packetSentUs, packetArrivalUs);
        return comparable;
    }

    private void begin(int lengthBytes, long packetSentUs, long packetArrivalUs) {
        started = true;
        bytes = lengthBytes;
        firstSentUs = packetSentUs;
        sentUs = packetSentUs;
        firstArrivalUs = packetArrivalUs;
        arrivalUs = packetArrivalUs;
        leastTransitUs = packetArrivalUs - packetSentUs;
    }

    private boolean belongs(long packetSentUs, long packetArrivalUs) {
        if (packetSentUs - firstSentUs <= GROUP_US) {
            return true;
        }
        long apartUs = packetArrivalUs - arrivalUs;
        return apartUs <= GROUP_US
                && apartUs - (packetSentUs - sentUs) < 0
                && packetArrivalUs - firstArrivalUs < MAX_BURST_US;
    }

    private boolean compare() {
        sentDeltaUs = sentUs - priorSentUs;
        arrivalDeltaUs = arrivalUs - priorArrivalUs;
        groupArrivalUs = arrivalUs;
        groupTransitUs = leastTransitUs;
        bytesBefore = priorBytes;
        return Math.abs(arrivalDeltaUs - sentDeltaUs) <= MAX_JUMP_US && arrivalDeltaUs >= 0;
    }

    long sentDeltaUs() {
        return sentDeltaUs;
    }

    long arrivalDeltaUs() {
        return arrivalDeltaUs;
    }

    /** When the compared group's last packet arrived, by the remote's clock. */
    long groupArrivalUs() {
        return groupArrivalUs;
    }

    /** How long the compared group's fastest packet was on its way, plus the unknown difference of the clocks. */
    long groupTransitUs() {
        return groupTransitUs;
    }

    /** Of the group before the compared one. */
    int bytesBefore() {
        return bytesBefore;
    }
}
