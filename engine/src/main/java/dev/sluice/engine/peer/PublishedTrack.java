package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtcp.SenderReportClock;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.MediaKind;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One track of a publication as players see it: its format, its log and its clock. Safe for many threads; written by
 * the publisher's loop alone.
 */
public final class PublishedTrack {
    /** Highest number of a spatial layer that is told apart. */
    public static final int MAX_SPATIAL = 3;
    /** Highest number of a temporal layer that is told apart. */
    public static final int MAX_TEMPORAL = 3;

    /** What the last second counts for in {@link #usualBps}, and in {@link #fullerBps} when it had more: a quarter. */
    private static final int USUAL_PART = 4;
    /** In {@link #fullerBps}, when it had less: a picture that stands still for some seconds moves again. */
    private static final int EMPTIER_PART = 12;

    private final CodecFormat format;
    private final Codec codec;
    private final boolean red;
    private final PacketLog log;
    private final PublicationClock publicationClock;
    private final SenderReportClock clock;
    private final VideoFrames frames = new VideoFrames();
    private volatile long released;
    private volatile int dimensions;
    private volatile long bitrateBps;
    private volatile long usualBps;
    private volatile long fullerBps;
    private final int slot;
    private final String rid;
    private final AtomicLong keyFrameRequests = new AtomicLong();
    private volatile boolean flowing;
    private volatile LayerRates layerRates;

    /**
     * @param slot which of its publication's layers this is, by the order of the agreement
     * @param rid the layer's name, empty without simulcast
     */
    PublishedTrack(
            CodecFormat format,
            Codec codec,
            boolean red,
            PacketLog log,
            PublicationClock publicationClock,
            int slot,
            String rid) {
        this.slot = slot;
        this.rid = rid;
        this.format = format;
        this.codec = codec;
        this.red = red;
        this.log = log;
        this.publicationClock = publicationClock;
        this.released = log.position();
        this.clock = new SenderReportClock(publicationClock, format.clockRate());
    }

    public CodecFormat format() {
        return format;
    }

    public MediaKind kind() {
        return format.kind();
    }

    public Codec codec() {
        return codec;
    }

    /** Whether packets may be RED around Opus (RFC 2198). */
    public boolean red() {
        return red;
    }

    public PacketLog log() {
        return log;
    }

    /**
     * Up to where the log is for players on a wide way: the end of the last whole frame, or of what has been held for
     * {@link InboundTrack#HOLD_NS}.
     */
    public long released() {
        return released;
    }

    /** Lets everything go that is in the log. */
    void release() {
        log.endRun();
        released = log.position();
    }

    /** Of a video track. */
    public VideoFrames frames() {
        return frames;
    }

    public SenderReportClock clock() {
        return clock;
    }

    /** The writer's, shared with the other track. */
    PublicationClock publicationClock() {
        return publicationClock;
    }

    /** Width in the upper, height in the lower 16 bits of the newest key frame; 0 when unknown. */
    public int dimensions() {
        return dimensions;
    }

    void dimensions(int widthAndHeight) {
        dimensions = widthAndHeight;
    }

    /** Received during the last second. */
    public long bitrateBps() {
        return bitrateBps;
    }

    void bitrateBps(long value) {
        usualBps = mean(usualBps, value, USUAL_PART);
        fullerBps = mean(fullerBps, value, value > fullerBps ? USUAL_PART : EMPTIER_PART);
        bitrateBps = value;
    }

    private static long mean(long before, long value, int part) {
        return before == 0 || value == 0 ? value : before + (value - before) / part;
    }

    /** Received during the last seconds, newer ones weighed more. */
    long usualBps() {
        return usualBps;
    }

    /** The same, fuller seconds weighed more, too. */
    long fullerBps() {
        return fullerBps;
    }

    /** The publisher's name for this layer, empty without simulcast. */
    public String rid() {
        return rid;
    }

    /** Which of its publication's layers this is. */
    public int slot() {
        return slot;
    }

    /** Whether packets come; of a layer that the publisher gave up, or never began, none do. */
    public boolean isFlowing() {
        return flowing;
    }

    void flowing(boolean value) {
        flowing = value;
    }

    /** The highest spatial layer in the picture now. */
    int maxSpatial() {
        LayerRates rates = layerRates;
        return rates == null ? 0 : rates.topSpatial();
    }

    /** The highest temporal layer in the picture now. */
    int maxTemporal() {
        LayerRates rates = layerRates;
        return rates == null ? 0 : rates.topTemporal();
    }

    /** Received during the last second of everything up to these layers. */
    long bitrateBps(int spatial, int temporal) {
        LayerRates rates = layerRates;
        return rates == null ? bitrateBps : rates.bitrateBps(spatial, temporal);
    }

    /** Null while there are no layers within the picture. */
    LayerRates layerRates() {
        return layerRates;
    }

    void layerRates(LayerRates rates) {
        layerRates = rates;
    }

    /**
     * As {@link #dimensions()}, of one spatial layer. Where a stream tells only the largest, each layer below has half of its
     * width and height: the modes of WebRTC's encoders (L2, L3) are so.
     */
    int layerDimensions(int spatial) {
        int below = Math.max(0, maxSpatial() - spatial);
        int of = dimensions;
        return of >>> 16 + below << 16 | (of & 0xffff) >>> below;
    }

    void onKeyFrameRequested() {
        keyFrameRequests.incrementAndGet();
    }

    /** In a replay, where the players of then ask. */
    void keyFrameRequests(long recorded) {
        keyFrameRequests.set(recorded);
    }

    /** How often players have asked; the publisher compares it with what it has served. */
    long keyFrameRequests() {
        return keyFrameRequests.get();
    }
}
