package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;

/**
 * Writes a track's packets for one player, so that they are one continuous RTP stream whoever publishes: own SSRC, payload
 * type and extension ids; sequence, timestamp and the codec's own counters go on where the last source ended. Confined to
 * one media loop.
 *
 * <p>Within a source its steps, gaps and order are kept. A packet of before the one that a source began with is dropped:
 * its place in the sequence is taken by the source before. State changes only after the log said that the copy is whole,
 * so a lapped record leaves no trace.
 */
public final class RtpRewriter {
    /** A source that jumps further gets this gap: 2^15 lost in one would put the player's SRTP index off for good. */
    private static final int MAX_GAP_PACKETS = 1 << 12;

    /** Layers of one picture are never further apart, unless one stood still. */
    private static final int MAX_ALIGNED_SECONDS = 10;

    private final int ssrc;
    private final int payloadType;
    private final int redPayloadType;
    private final Codec codec;
    private final ExtensionWriter extensions;
    private final ContinuousCounter pictureId = new ContinuousCounter();
    private final ContinuousCounter tl0PictureIndex = new ContinuousCounter();
    private final ContinuousCounter keyIndex = new ContinuousCounter();
    private final ContinuousCounter frameNumber = new ContinuousCounter();

    private boolean anchored;
    private boolean started;
    private boolean firstOfSource;
    private boolean betweenFrames;
    private int lastTimestamp;
    private long firstIn;
    private long highestIn;
    private long sequenceShift;
    private long highestSequence;
    private int timestampShift;
    private boolean aligned;
    private int alignedShift;
    private int newestTimestamp;
    private long newestTimestampArrivalNs;
    private long packets;
    private long payloadOctets;
    /** Made when the first packet is left out; most players get all. */
    private SkippedPackets skipped;

    private int skippedTimestamp;
    private int endSpatial = LayerFilter.ALL;
    /** While a burst out of the log is under way, and a little longer; else null. */
    private SendClock sendClock;

    /**
     * Makes a rewriter that waits for its first source.
     *
     * @param redPayloadType what the player knows RED by, or −1: RED is then stripped to its primary block
     * @param mid value of the mid extension, written when the player's ids have one; or null
     * @param twoByteAllowed whether the player takes both extension forms (RFC 8285 section 4.1.2); else elements that need
     *     the two-byte form are left out
     * @param firstSequence below 2^15, so that losing the first packets cannot skew the player's SRTP index
     */
    public RtpRewriter(
            long ssrc,
            int payloadType,
            int redPayloadType,
            Codec codec,
            byte[] mid,
            ExtensionMap playerIds,
            boolean twoByteAllowed,
            int firstSequence,
            long firstTimestamp) {
        this(
                ssrc,
                payloadType,
                redPayloadType,
                codec,
                mid,
                playerIds,
                twoByteAllowed,
                firstSequence,
                firstTimestamp,
                null);
    }

    /**
     * As above, for a player that may tell about each packet.
     *
     * @param transport numbers all packets of the player, written when its ids have the extension; or null
     */
    public RtpRewriter(
            long ssrc,
            int payloadType,
            int redPayloadType,
            Codec codec,
            byte[] mid,
            ExtensionMap playerIds,
            boolean twoByteAllowed,
            int firstSequence,
            long firstTimestamp,
            TransportSequence transport) {
        this.ssrc = (int) ssrc;
        this.payloadType = payloadType;
        this.redPayloadType = redPayloadType;
        this.codec = codec;
        this.extensions = new ExtensionWriter(playerIds, mid, twoByteAllowed, transport);
        this.highestSequence = firstSequence - 1L;
        this.newestTimestamp = (int) firstTimestamp;
    }

    /**
     * What comes next is of another source, or of the same one after a pause of ours. The first packet written of it (for
     * video: the start of a key frame) goes on one after the last, its timestamp by the time that passed between them.
     */
    public void switchSource() {
        anchored = false;
        endSpatial = LayerFilter.ALL;
        if (skipped != null) {
            skipped.clear();
        }
        restartCounters();
    }

    /**
     * Pictures were left out up to a key frame that comes next: the codec's counters go on by one. Sequence and timestamps do so
     * anyway.
     */
    public void restartCounters() {
        pictureId.switchSource();
        tl0PictureIndex.switchSource();
        keyIndex.switchSource();
        frameNumber.switchSource();
    }

    /**
     * As {@link #switchSource()}, to another layer of the same picture; not while a burst is under way.
     *
     * @param shift what makes the layer's timestamps those of the one before, as both sender reports have it
     */
    public void switchLayer(int shift) {
        aligned = anchored;
        alignedShift = shift;
        sendClock = null;
        switchSource();
    }

    /**
     * Leaves the record out: the sequence of what follows closes up, and for VP8, where a receiver waits for pictures that it
     * misses, the picture ids do. VP9's and the dependency descriptor's numbers are references to other pictures and stay.
     *
     * <p>Packets that are missing within a picture left out are left out too, and the one before where its beginning is missing:
     * a receiver that has no picture ids waits for every number. One that comes behind later ones keeps its place.
     */
    public void skip(PacketLogReader record) {
        long in = record.extendedSequence();
        if (!anchored || in <= highestIn || in - highestIn > MAX_GAP_PACKETS) {
            return;
        }
        if (skipped == null) {
            skipped = new SkippedPackets();
        }
        int timestamp = (int) record.timestamp();
        boolean samePicture = skipped.last() == highestIn && timestamp == skippedTimestamp;
        boolean begins = PayloadDescription.has(record.description(), PayloadDescription.FRAME_START);
        long from = samePicture ? highestIn + 1 : begins ? in : Math.max(highestIn + 1, in - 1);
        skipped.add(from, in, !samePicture && codec == Codec.VP8);
        skippedTimestamp = timestamp;
        highestIn = in;
    }

    /**
     * A picture ends with the last packet of this spatial layer, whatever its own marker says: what follows is left out.
     * {@link LayerFilter#ALL} for as its publisher sends it.
     */
    public void endPicturesAt(int spatial) {
        endSpatial = spatial;
    }

    /**
     * From the next frame on timestamps come from this clock, until it has ended. To be called after {@link #switchSource}; of
     * a clock that is in use already, nothing changes.
     */
    public void startSendClock(SendClock clock) {
        if (started && clock != sendClock) {
            clock.continueAfter(newestTimestamp);
        }
        sendClock = clock;
    }

    /** The burst is over and long gone: timestamps are the source's, shifted. */
    public void dropSendClock() {
        sendClock = null;
    }

    /** Null when timestamps are the source's, shifted. */
    public SendClock sendClock() {
        return sendClock;
    }

    /** Whether a packet of the current source was written; {@link #mapTimestamp} holds only then. */
    public boolean isAnchored() {
        return anchored;
    }

    /**
     * Writes the reader's record as a plain RTP packet for this player.
     *
     * @param padBytes of RTP padding to add, 0 … 255 (RFC 3550 section 5.1); none is added to a packet that has padding or
     *     no payload, or when there is no room
     * @return its length in bytes; or a negative code and nothing is counted: {@link DropReason#RTP_BEFORE_KEY_FRAME},
     *     {@link DropReason#RTP_LATE}, {@link DropReason#RTP_MALFORMED} (RED), {@link DropReason#RTP_TOO_LARGE},
     *     {@link DropReason#LAPPED}
     */
    public int write(PacketLogReader record, MemorySegment to, long offset, int roomBytes, int padBytes, long nowNs) {
        return write(record, to, offset, roomBytes, padBytes, nowNs, false);
    }

    /**
     * Writes a record once more that {@link #sourceSequence} named: the packet as it was, but for padding and the time of
     * sending. Nothing is counted.
     *
     * @return as {@link #write}
     */
    public int writeAgain(PacketLogReader record, MemorySegment to, long offset, int roomBytes, long nowNs) {
        return write(record, to, offset, roomBytes, 0, nowNs, true);
    }

    /** The source's extended number of the packet that was written with this 16-bit one; −1 when it is not of this source. */
    public long sourceSequence(int sequence) {
        long written = highestSequence + (short) (sequence - (int) highestSequence);
        long number = written - sequenceShift;
        long in = skipped == null ? number : skipped.sequenceOf(number);
        return anchored && written <= highestSequence && in >= firstIn ? in : -1;
    }

    private int write(
            PacketLogReader record,
            MemorySegment to,
            long offset,
            int roomBytes,
            int padBytes,
            long nowNs,
            boolean again) {
        if (anchored ? record.extendedSequence() < firstIn : codec.isVideo() && !record.startsKeyFrame()) {
            return (anchored ? DropReason.RTP_LATE : DropReason.RTP_BEFORE_KEY_FRAME).code();
        }
        if (skipped != null && !skipped.find(record.extendedSequence())) {
            return DropReason.RTP_LATE.code();
        }
        int description = record.description();
        int strippedBytes = 0;
        if (PayloadDescription.isRed(description)) {
            int primary = PayloadDescription.primaryOffset(description);
            if (primary == 0) {
                return DropReason.RTP_MALFORMED.code();
            }
            strippedBytes = redPayloadType < 0 ? primary : 0;
        }
        int payloadBytes = record.payloadLength() - strippedBytes;
        int paddingBytes = record.paddingLength();
        int mostBytes = RtpHeader.FIXED_BYTES + extensions.mostBytes(record) + payloadBytes + paddingBytes;
        if (mostBytes > roomBytes) {
            return DropReason.RTP_TOO_LARGE.code();
        }
        boolean pads = padBytes > 0 && paddingBytes == 0 && payloadBytes > 0 && mostBytes + padBytes <= roomBytes;
        int extensionBytes = extensions.write(record, to, offset + RtpHeader.FIXED_BYTES, nowNs);
        long payloadAt = offset + RtpHeader.FIXED_BYTES + extensionBytes;
        Bytes.copy(
                record.segment(), record.payloadOffset() + strippedBytes, to, payloadAt, payloadBytes + paddingBytes);
        if (!record.valid()) {
            return DropReason.LAPPED.code();
        }
        // From here on only our own copy is read, and state may change.
        boolean red = PayloadDescription.isRed(description) && strippedBytes == 0;
        if (!again) {
            follow(record);
            betweenFrames = endsPicture(record);
            packets++;
            payloadOctets += payloadBytes;
        }
        if (pads) {
            paddingBytes = writePadding(to, payloadAt + payloadBytes, padBytes);
        }
        writeHead(record, to, offset, paddingBytes != 0, extensionBytes != 0, red, nowNs);
        if (!again) {
            lastTimestamp = Bytes.i32(to, offset + 4);
        }
        if (PayloadDescription.hasCounters(description)) {
            rewriteCounters(description, to, payloadAt);
        }
        if (red) {
            RedPayload.setPayloadType(to, payloadAt, payloadType);
        }
        rewriteFrameNumber(to);
        extensions.onWritten();
        return RtpHeader.FIXED_BYTES + extensionBytes + payloadBytes + paddingBytes;
    }

    /** Whether {@link #writePadding} may come next: a picture's packets stand together, or receivers wait for the rest. */
    public boolean takesPadding() {
        return anchored && betweenFrames && codec.isVideo();
    }

    /**
     * Writes a packet of padding alone, with a number of its own in the sequence (RFC 3550 section 5.1). What of the source
     * is late from here on is dropped: its number would be another's.
     *
     * @param padBytes 1 … 255
     * @return the packet's length in bytes, or the code of {@link DropReason#RTP_TOO_LARGE}
     */
    public int writePadding(MemorySegment to, long offset, int roomBytes, int padBytes, long nowNs) {
        int next = (int) highestSequence + 1 & 0xffff;
        int length = writePadding(to, offset, roomBytes, padBytes, payloadType, ssrc, next, nowNs);
        if (length >= 0) {
            sequenceShift++;
            highestSequence++;
            firstIn = highestIn + 1;
            packets++;
        }
        return length;
    }

    /** As {@link #writePadding}, with the retransmissions' numbers: the stream's own stay as they are. */
    public int writeRtxPadding(
            MemorySegment to,
            long offset,
            int roomBytes,
            int padBytes,
            int rtxPayloadType,
            long rtxSsrc,
            int rtxSequence,
            long nowNs) {
        return writePadding(to, offset, roomBytes, padBytes, rtxPayloadType, (int) rtxSsrc, rtxSequence, nowNs);
    }

    private int writePadding(
            MemorySegment to, long offset, int roomBytes, int padBytes, int type, int of, int sequence, long nowNs) {
        if (RtpHeader.FIXED_BYTES + extensions.mostOwnBytes() + padBytes > roomBytes) {
            return DropReason.RTP_TOO_LARGE.code();
        }
        int extensionBytes = extensions.writeOwn(to, offset + RtpHeader.FIXED_BYTES, nowNs);
        writePadding(to, offset + RtpHeader.FIXED_BYTES + extensionBytes, padBytes);
        int bits = 0xa0 | (extensionBytes != 0 ? 0x10 : 0);
        Bytes.put16(to, offset, bits << 8 | type);
        Bytes.put16(to, offset + 2, sequence);
        Bytes.put32(to, offset + 4, lastTimestamp);
        Bytes.put32(to, offset + 8, of);
        extensions.onWritten();
        return RtpHeader.FIXED_BYTES + extensionBytes + padBytes;
    }

    /** The player's timestamp for one of the current source, 0 … 2^32−1: for sender reports. */
    public long mapTimestamp(long sourceTimestamp) {
        return (int) sourceTimestamp + timestampShift & 0xffff_ffffL;
    }

    public long ssrc() {
        return ssrc & 0xffff_ffffL;
    }

    public Codec codec() {
        return codec;
    }

    /** Packets written. */
    public long packets() {
        return packets;
    }

    /** Bytes of payload written, without headers and padding: what a sender report counts (RFC 3550 section 6.4.1). */
    public long payloadOctets() {
        return payloadOctets;
    }

    /** Brings sequence and timestamp up to this record, which is going to be written. */
    private void follow(PacketLogReader record) {
        long in = record.extendedSequence();
        firstOfSource = !anchored;
        if (!anchored) {
            anchorTimestamp(record);
            anchorSequence(in, 1);
        } else if (in - highestIn > MAX_GAP_PACKETS) {
            anchorSequence(in, MAX_GAP_PACKETS);
        }
        highestIn = Math.max(highestIn, in);
        highestSequence = Math.max(highestSequence, outgoing(in));
        int timestamp = (int) record.timestamp() + timestampShift;
        if (timestamp - newestTimestamp > 0) {
            newestTimestamp = timestamp;
            newestTimestampArrivalNs = record.arrivalNs();
        }
    }

    private boolean endsPicture(PacketLogReader record) {
        return record.marker()
                || endSpatial < LayerFilter.ALL
                        && PayloadDescription.spatial(record.description()) == endSpatial
                        && PayloadDescription.has(record.description(), PayloadDescription.FRAME_END);
    }

    private long outgoing(long in) {
        return in + sequenceShift - (skipped == null ? 0 : skipped.packets());
    }

    private void anchorSequence(long in, int step) {
        if (skipped != null) {
            skipped.restartPackets();
        }
        sequenceShift = highestSequence + step - in;
        firstIn = in;
        highestIn = in;
        anchored = true;
    }

    private void anchorTimestamp(PacketLogReader record) {
        int ahead = (int) record.timestamp() + alignedShift - newestTimestamp;
        if (aligned && Math.abs(ahead) < MAX_ALIGNED_SECONDS * codec.clockRate()) {
            newestTimestamp += Math.max(1, ahead);
        } else if (started) {
            long elapsedUs = (record.arrivalNs() - newestTimestampArrivalNs) / 1_000;
            long step = elapsedUs * codec.clockRate() / 1_000_000;
            // A burst may begin before the end of what was sent: its clock sees to it that timestamps grow all the
            // same.
            newestTimestamp += (int) (sendClock == null ? Math.max(1, step) : step);
        }
        aligned = false;
        started = true;
        newestTimestampArrivalNs = record.arrivalNs();
        timestampShift = newestTimestamp - (int) record.timestamp();
    }

    /** RFC 3550 section 5.1: the last byte says how many there are, itself included. */
    private static int writePadding(MemorySegment to, long at, int padBytes) {
        for (int i = 0; i < padBytes - 1; i++) {
            Bytes.put8(to, at + i, 0);
        }
        Bytes.put8(to, at + padBytes - 1, padBytes);
        return padBytes;
    }

    private void writeHead(
            PacketLogReader record,
            MemorySegment to,
            long offset,
            boolean padding,
            boolean extension,
            boolean red,
            long nowNs) {
        int bits = 0x80 | (padding ? 0x20 : 0) | (extension ? 0x10 : 0);
        // RFC 3551 section 4.1: the marker starts a talkspurt, and a new source is one.
        boolean marker = endsPicture(record) || firstOfSource && !codec.isVideo();
        int type = (marker ? 0x80 : 0) | (red ? redPayloadType : payloadType);
        long sequence = outgoing(record.extendedSequence()) & 0xffff;
        long timestamp = sendClock == null
                ? mapTimestamp(record.timestamp())
                : sendClock.map((int) record.timestamp(), timestampShift, nowNs) & 0xffff_ffffL;
        Bytes.put64(to, offset, (long) (bits << 8 | type) << 48 | sequence << 32 | timestamp);
        Bytes.put32(to, offset + 8, ssrc);
    }

    private void rewriteCounters(int description, MemorySegment to, long payloadAt) {
        int pictureIdOffset = PayloadDescription.pictureIdOffset(description);
        if (pictureIdOffset != 0) {
            long at = payloadAt + pictureIdOffset;
            int left = skipped == null ? 0 : skipped.pictures();
            if (PayloadDescription.hasLongPictureId(description)) {
                Bytes.put16(to, at, 0x8000 | pictureId.map(Bytes.u16(to, at) & 0x7fff, 15, left));
            } else {
                Bytes.put8(to, at, pictureId.map(Bytes.u8(to, at), 7, left));
            }
        }
        int tl0Offset = PayloadDescription.tl0Offset(description);
        if (tl0Offset != 0) {
            long at = payloadAt + tl0Offset;
            Bytes.put8(to, at, tl0PictureIndex.map(Bytes.u8(to, at), 8));
        }
        int keyIndexOffset = PayloadDescription.keyIndexOffset(description);
        if (keyIndexOffset != 0) {
            long at = payloadAt + keyIndexOffset;
            int value = Bytes.u8(to, at);
            Bytes.put8(to, at, value & 0xe0 | keyIndex.map(value & 0x1f, 5));
        }
    }

    /** The dependency descriptor's frame_number (AV1 RTP specification, appendix A.8.2). */
    private void rewriteFrameNumber(MemorySegment to) {
        long at = extensions.frameNumberOffset();
        if (at >= 0) {
            Bytes.put16(to, at, frameNumber.map(Bytes.u16(to, at), 16));
        }
    }
}
