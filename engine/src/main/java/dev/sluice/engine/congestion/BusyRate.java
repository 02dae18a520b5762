package dev.sluice.engine.congestion;

/**
 * The bitrate at which packets arrive while a queue stands on the way: what the way carries, even when the stream asks for
 * less on average and only a key frame filled the queue. Confined to one media loop.
 */
final class BusyRate {
    private static final long QUEUE_US = 5_000;
    /** Of a queue that stands for long, the newest half to whole of this counts. */
    private static final long WINDOW_US = 250_000;

    private long startUs;
    private long lastUs;
    private long bytes;
    private int packets;
    /** The half window before. */
    private long priorStartUs;

    private long priorBytes;
    private boolean hasPrior;

    /** @param queueUs how long the packet stood in queues */
    void onPacket(int lengthBytes, long arrivalUs, long queueUs) {
        if (queueUs < QUEUE_US || packets > 0 && arrivalUs < lastUs) {
            packets = 0;
            hasPrior = false;
            return;
        }
        if (packets == 0) {
            // Its own bytes passed before the time begins.
            startUs = arrivalUs;
            bytes = 0;
        } else {
            if (arrivalUs - startUs > WINDOW_US / 2) {
                hasPrior = true;
                priorStartUs = startUs;
                priorBytes = bytes;
                startUs = lastUs;
                bytes = 0;
            }
            bytes += lengthBytes;
        }
        lastUs = arrivalUs;
        packets++;
    }

    /** 0 while no queue stands; very high for what came all at once. */
    long bps() {
        if (packets < 2) {
            return 0;
        }
        long apartUs = lastUs - (hasPrior ? priorStartUs : startUs);
        long all = bytes + (hasPrior ? priorBytes : 0);
        return apartUs <= 0
                ? SendSideEstimator.MAX_BPS
                : Math.min(SendSideEstimator.MAX_BPS, all * 8_000_000L / apartUs);
    }
}
