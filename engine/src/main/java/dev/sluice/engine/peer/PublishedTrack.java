package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtcp.SenderReportClock;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.MediaKind;

/**
 * One track of a publication as players see it: its format, its log and its clock. Safe for many threads; written by
 * the publisher's loop alone.
 */
public final class PublishedTrack {
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

    PublishedTrack(CodecFormat format, Codec codec, boolean red, PacketLog log, PublicationClock publicationClock) {
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
        bitrateBps = value;
    }
}
