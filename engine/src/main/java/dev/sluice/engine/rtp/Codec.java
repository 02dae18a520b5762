package dev.sluice.engine.rtp;

import java.lang.foreign.MemorySegment;

/** The codecs Sluice carries, and what it reads of their payloads; nothing is ever decoded. Immutable. */
public enum Codec {
    /** RFC 7587. */
    OPUS(false, 48_000),
    /** RFC 2198, around Opus. */
    RED(false, 48_000),
    /** RFC 3551 section 4.5.14. */
    PCMU(false, 8_000),
    PCMA(false, 8_000),
    /** RFC 7741. */
    VP8(true, 90_000),
    /** RFC 9628. */
    VP9(true, 90_000),
    /** RTP Payload Format For AV1 (AOM). */
    AV1(true, 90_000),
    /** RFC 6184. */
    H264(true, 90_000),
    /** RFC 7798. */
    H265(true, 90_000);

    private final boolean video;
    private final int clockRate;

    Codec(boolean video, int clockRate) {
        this.video = video;
        this.clockRate = clockRate;
    }

    public boolean isVideo() {
        return video;
    }

    /** RTP timestamp units per second. */
    public int clockRate() {
        return clockRate;
    }

    /**
     * Reads the head of a payload. A switch rather than a method per constant, so that the call has one target.
     *
     * @return a {@link PayloadDescription}; {@link PayloadDescription#NONE} for a payload that breaks its format, which is
     *     the player's decoder's to judge
     */
    public int describe(MemorySegment segment, long offset, int lengthBytes) {
        if (lengthBytes <= 0) {
            return PayloadDescription.NONE;
        }
        return switch (this) {
            case OPUS, PCMU, PCMA -> PayloadDescription.NONE;
            case RED -> RedPayload.describe(segment, offset, lengthBytes);
            case VP8 -> Vp8Payload.describe(segment, offset, lengthBytes);
            case VP9 -> Vp9Payload.describe(segment, offset, lengthBytes);
            case AV1 -> Av1Payload.describe(segment, offset, lengthBytes);
            case H264 -> H264Payload.describe(segment, offset, lengthBytes);
            case H265 -> H265Payload.describe(segment, offset, lengthBytes);
        };
    }

    /**
     * The picture's size, for the information about a stream. Worth a call when the description has
     * {@link PayloadDescription#DIMENSIONS}; may allocate, which is fine once per key frame.
     *
     * @return width in the upper 16 bits, height in the lower; 0 when this payload does not tell
     */
    public int dimensions(MemorySegment segment, long offset, int lengthBytes) {
        if (lengthBytes <= 0) {
            return 0;
        }
        return switch (this) {
            case OPUS, RED, PCMU, PCMA -> 0;
            case VP8 -> Vp8Payload.dimensions(segment, offset, lengthBytes);
            case VP9 -> Vp9Payload.dimensions(segment, offset, lengthBytes);
            case AV1 -> Av1Payload.dimensions(segment, offset, lengthBytes);
            case H264 -> H264Payload.dimensions(segment, offset, lengthBytes);
            case H265 -> H265Payload.dimensions(segment, offset, lengthBytes);
        };
    }

    /** Width and height as {@link #dimensions} returns them; 0 when either is no sensible number. */
    static int packDimensions(long width, long height) {
        boolean sensible = width > 0 && width <= 0xffff && height > 0 && height <= 0xffff;
        return sensible ? (int) (width << 16 | height) : 0;
    }
}
