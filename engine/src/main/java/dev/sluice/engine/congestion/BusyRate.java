package dev.sluice.engine.congestion;

/**
 * The bitrate at which packets arrive while a queue stands on the way: what the way carries, even when the stream asks for
 * less on average and only a key frame filled the queue. Confined to one media loop.
 */
final class BusyRate {
    private static final long QUEUE_US = 5_000;
    private static final long SLOWED_US = 5_000;
    /** Of a queue that stands for long, the newest half to whole of this counts. */
    private static final long WINDOW_US = 250_000;

    /** Shorter than this, it may be a radio's turn or a key frame's burst. */
    private static final long KNOWN_US = 150_000;

    private static final int KNOWN_PACKETS = 6;

    private long startUs;
    private long startSentUs;
    private long lastUs;
    private long lastSentUs;
    private long bytes;
    private int packets;
    /** The half window before. */
    private long priorStartUs;

    private long priorStartSentUs;

    private long priorBytes;
    private int priorPackets;
    private boolean hasPrior;

    /** @param queueUs how long the packet stood in queues */
    void onPacket(int lengthBytes, long sentUs, long arrivalUs, long queueUs) {
        if (queueUs < QUEUE_US || packets > 0 && arrivalUs < lastUs) {
            packets = 0;
            hasPrior = false;
            return;
        }
        if (packets == 0) {
            // Its own bytes passed before the time begins.
            startUs = arrivalUs;
            startSentUs = sentUs;
            bytes = 0;
        } else {
            if (arrivalUs - startUs > WINDOW_US / 2) {
                hasPrior = true;
                priorStartUs = startUs;
                priorStartSentUs = startSentUs;
                priorBytes = bytes;
                priorPackets = packets;
                packets = 0;
                startUs = lastUs;
                startSentUs = lastSentUs;
                bytes = 0;
            }
            bytes += lengthBytes;
        }
        lastUs = arrivalUs;
        lastSentUs = sentUs;
        packets++;
    }

    /** Whether the rate is of enough packets and time to be what the way carries, not what one pause of it left. */
    boolean isKnown() {
        return counted() >= KNOWN_PACKETS && lastUs - (hasPrior ? priorStartUs : startUs) >= KNOWN_US && isSlowed();
    }

    private int counted() {
        return packets + (hasPrior ? priorPackets : 0);
    }

    /** 0 while no queue stands; very high for what came all at once. */
    long bps() {
        if (counted() < 2) {
            return 0;
        }
        long apartUs = lastUs - (hasPrior ? priorStartUs : startUs);
        long all = bytes + (hasPrior ? priorBytes : 0);
        return apartUs <= 0
                ? SendSideEstimator.MAX_BPS
                : Math.min(SendSideEstimator.MAX_BPS, all * 8_000_000L / apartUs);
    }

    /**
     * Whether packets arrived further apart than they left. If not, the queue is others' work: how fast they arrived is how
     * fast they were sent, and says nothing about the way.
     */
    boolean isSlowed() {
        long apartUs = lastUs - (hasPrior ? priorStartUs : startUs);
        long sentApartUs = lastSentUs - (hasPrior ? priorStartSentUs : startSentUs);
        return counted() < 2 || apartUs > sentApartUs + sentApartUs / 8 + SLOWED_US;
    }
}
