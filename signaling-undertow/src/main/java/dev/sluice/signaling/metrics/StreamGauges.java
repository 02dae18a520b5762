package dev.sluice.signaling.metrics;

import dev.sluice.engine.MediaSession.Delivery;
import dev.sluice.engine.SessionStats;
import java.util.Map;
import java.util.TreeMap;

/** One stream's sessions at the moment of a look, or those of all streams without a place of their own. Confined to one look. */
final class StreamGauges {
    private int publishers;
    private int players;
    private int thinned;
    private final Map<String, Integer> playersByQuality = new TreeMap<>();
    private int estimates;
    private double estimateBps;
    private long lowestEstimateBps = Long.MAX_VALUE;
    private int roundTrips;
    private double roundTripNs;
    private long longestRoundTripNs;
    private double worstLoss;

    void addPublisher(SessionStats stats) {
        publishers += stats.connected() ? 1 : 0;
    }

    void addPlayer(SessionStats stats, Delivery delivery) {
        players++;
        thinned += delivery.thinned() ? 1 : 0;
        if (!delivery.videoTrackId().isEmpty()) {
            playersByQuality.merge(delivery.videoTrackId(), 1, Integer::sum);
        }
        if (stats.estimateBps() >= 0) {
            estimates++;
            estimateBps += stats.estimateBps();
            lowestEstimateBps = Math.min(lowestEstimateBps, stats.estimateBps());
        }
        if (stats.roundTripNs() >= 0) {
            roundTrips++;
            roundTripNs += stats.roundTripNs();
            longestRoundTripNs = Math.max(longestRoundTripNs, stats.roundTripNs());
        }
        worstLoss = Math.max(worstLoss, stats.lossShare());
    }

    int publishers() {
        return publishers;
    }

    int players() {
        return players;
    }

    int thinned() {
        return thinned;
    }

    Map<String, Integer> playersByQuality() {
        return playersByQuality;
    }

    /** NaN while nobody's way is known; so are the four below. */
    double meanEstimateBytesPerSecond() {
        return estimates == 0 ? Double.NaN : estimateBps / estimates / 8;
    }

    double lowestEstimateBytesPerSecond() {
        return estimates == 0 ? Double.NaN : lowestEstimateBps / 8.0;
    }

    double meanRoundTripSeconds() {
        return roundTrips == 0 ? Double.NaN : roundTripNs / roundTrips / 1e9;
    }

    double longestRoundTripSeconds() {
        return roundTrips == 0 ? Double.NaN : longestRoundTripNs / 1e9;
    }

    double worstLossRatio() {
        return players == 0 ? Double.NaN : worstLoss;
    }
}
