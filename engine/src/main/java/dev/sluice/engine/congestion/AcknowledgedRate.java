package dev.sluice.engine.congestion;

/**
 * The bitrate that arrives, by the remote's own clock: samples of 150 ms, each weighed by how far it lies from what was
 * believed before, as libwebrtc does. Confined to one media loop.
 */
final class AcknowledgedRate {
    private static final long FIRST_WINDOW_US = 500_000;
    private static final long WINDOW_US = 150_000;
    private static final double SCALE = 10;
    /** A sender that pauses is not a way that narrows: lower samples count less while the stream is what limits. */
    private static final double SCALE_LIMITED_BY_STREAM = 20;

    private static final double PREDICTION_VARIANCE = 5;

    private boolean started;
    private long lastUs;
    private long windowUs;
    private long windowBytes;
    private double estimateKbps = -1;
    private double variance = 50;

    /** @param streamLimited whether less is sent than the way was thought to carry */
    void onPacket(int lengthBytes, long arrivalUs, boolean streamLimited) {
        long sizeUs = estimateKbps < 0 ? FIRST_WINDOW_US : WINDOW_US;
        if (started && arrivalUs >= lastUs) {
            long apartUs = arrivalUs - lastUs;
            windowUs += apartUs;
            if (apartUs > sizeUs) {
                windowBytes = 0;
                windowUs %= sizeUs;
            }
        }
        if (!started || arrivalUs > lastUs) {
            lastUs = arrivalUs;
        }
        started = true;
        if (windowUs >= sizeUs) {
            onSample(windowBytes * 8e3 / sizeUs, streamLimited);
            windowUs -= sizeUs;
            windowBytes = 0;
        }
        windowBytes += lengthBytes;
    }

    private void onSample(double sampleKbps, boolean streamLimited) {
        if (estimateKbps < 0) {
            estimateKbps = sampleKbps;
            return;
        }
        double scale = streamLimited && sampleKbps < estimateKbps ? SCALE_LIMITED_BY_STREAM : SCALE;
        double uncertainty = scale * Math.abs(estimateKbps - sampleKbps) / Math.max(1, estimateKbps);
        double sampleVariance = uncertainty * uncertainty;
        double predicted = variance + PREDICTION_VARIANCE;
        estimateKbps = (sampleVariance * estimateKbps + predicted * sampleKbps) / (sampleVariance + predicted);
        variance = sampleVariance * predicted / (sampleVariance + predicted);
    }

    /** −1 before half a second has arrived. */
    long bps() {
        return estimateKbps < 0 ? -1 : (long) (estimateKbps * 1e3);
    }
}
