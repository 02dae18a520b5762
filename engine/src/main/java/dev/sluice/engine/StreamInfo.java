package dev.sluice.engine;

import java.util.List;

/**
 * A live stream at one moment. Immutable.
 *
 * @param publishing false while the publisher is away and players wait for its return
 * @param players connected or connecting
 * @param liveSinceEpochMs when the first publisher came
 */
public record StreamInfo(String name, boolean publishing, List<Track> tracks, int players, long liveSinceEpochMs) {

    /**
     * @param id {@code a1}; of the picture's qualities {@code v1} is the best, then {@code v2} …
     * @param kind {@code video} or {@code audio}
     * @param codec as in SDP, such as {@code VP8} or {@code opus}
     * @param channels of audio, 0 for video
     * @param width of the last key frame, 0 when unknown or audio
     * @param bitrateBps received during the last second
     * @param rid the publisher's name for a simulcast layer, else empty
     * @param spatialLayer number of the highest spatial layer (SVC)
     */
    public record Track(
            String id,
            String kind,
            String codec,
            int clockRate,
            int channels,
            int width,
            int height,
            long bitrateBps,
            String rid,
            int spatialLayer) {}
}
