package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * One reader's place in a log and a view of the record there. The bytes may change under it: use copies only, and
 * only when {@link #valid()} said so afterwards. Lengths and offsets are always within the log. Confined to one media
 * loop.
 */
public final class PacketLogReader {
    private final PacketLog log;
    private final MemorySegment memory;
    private final long indexMask;

    private long next;
    private long laps;

    private long position = -1;
    private int description;
    private long extendedSequence;
    private long arrivalNs;
    private long timestamp;
    private int payloadLength;
    private int extensionLength;
    private int paddingLength;
    private int markerAndType;
    private int longestOfRun;

    /** A reader whose first record is the one at {@code position}, as told by the log. */
    public PacketLogReader(PacketLog log, long position) {
        this.log = log;
        this.memory = log.memory();
        this.indexMask = log.capacity() - 1;
        this.next = position;
    }

    /** Steps to the next record there is, as {@link #next(long)} up to the log's end. */
    public boolean next() {
        return next(log.position());
    }

    /**
     * Steps to the next record. A reader that was lapped goes on at the newest key frame when that is in the newer
     * half of the log, else at the log's end; {@link #laps()} tells.
     *
     * @param end a position that the log has told: many readers ask it once
     * @return false when there is none before {@code end}
     */
    public boolean next(long end) {
        long at = next;
        while (at < end) {
            int recordBytes = load(at);
            if (!log.isIntact(at)) {
                at = afterLap();
            } else if (recordBytes < 0) {
                at -= recordBytes;
            } else {
                position = at;
                next = at + recordBytes;
                return true;
            }
        }
        next = at;
        return false;
    }

    /**
     * Goes to the record of the packet with this number, wherever this reader stands.
     *
     * @return false when it never was in the log, or is not there any more; the reader must not be read then
     */
    public boolean find(long wanted) {
        long at = log.positionOf(wanted);
        if (at >= log.position() || load(at) <= 0 || extendedSequence != wanted || !log.isIntact(at)) {
            return false;
        }
        position = at;
        return true;
    }

    /** Whether all that was read of the record since {@link #next()} was what the writer wrote. */
    public boolean valid() {
        return log.isIntact(position);
    }

    /** How often this reader was lapped: each time packets were lost to it. */
    public long laps() {
        return laps;
    }

    /** Moves to another record, as told by the log. */
    public void seek(long newPosition) {
        next = newPosition;
    }

    /** Bytes of extension elements, payload and padding in the record. */
    public int dataLength() {
        return payloadLength + extensionLength + paddingLength;
    }

    /** When this record is the first of a whole run, the longest {@link #dataLength} in it; else 0. */
    public int longestOfRun() {
        return longestOfRun;
    }

    /** Position of the record that is read. */
    public long position() {
        return position;
    }

    /** Position of the record that {@link #next()} will step to. */
    public long nextPosition() {
        return next;
    }

    public MemorySegment segment() {
        return memory;
    }

    public int description() {
        return description;
    }

    public boolean startsKeyFrame() {
        return PayloadDescription.startsKeyFrame(description);
    }

    public long extendedSequence() {
        return extendedSequence;
    }

    public long arrivalNs() {
        return arrivalNs;
    }

    public long timestamp() {
        return timestamp;
    }

    public boolean marker() {
        return (markerAndType & 0x80) != 0;
    }

    public int payloadType() {
        return markerAndType & 0x7f;
    }

    public long extensionOffset() {
        return (position & indexMask) + PacketLog.HEAD_BYTES;
    }

    public int extensionLength() {
        return extensionLength;
    }

    public long payloadOffset() {
        return (position & indexMask) + PacketLog.HEAD_BYTES + extensionLength;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /** Bytes of padding behind the payload. */
    public int paddingLength() {
        return paddingLength;
    }

    private int load(long from) {
        long at = from & indexMask;
        long lengthAndDescription = Bytes.i64(memory, at);
        extendedSequence = Bytes.i64(memory, at + 8);
        arrivalNs = Bytes.i64(memory, at + 16);
        long timestampAndLengths = Bytes.i64(memory, at + 24);
        int paddingMarkerAndRun = Bytes.i32(memory, at + 32);
        description = (int) lengthAndDescription;
        timestamp = timestampAndLengths >>> 32;
        payloadLength = (int) timestampAndLengths >>> 16;
        extensionLength = (int) timestampAndLengths & 0xffff;
        paddingLength = paddingMarkerAndRun >>> 24;
        markerAndType = paddingMarkerAndRun >> 16 & 0xff;
        longestOfRun = paddingMarkerAndRun & 0xffff;
        return (int) (lengthAndDescription >> 32);
    }

    private long afterLap() {
        laps++;
        long key = log.keyFramePosition();
        long limit = log.position();
        return key >= 0 && limit - key <= log.capacity() / 2 ? key : limit;
    }
}
