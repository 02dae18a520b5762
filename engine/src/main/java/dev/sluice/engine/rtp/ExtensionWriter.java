package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * Writes the header extension (RFC 8285) of one player's packets: mid and abs-send-time of our own, the others from the
 * log, by the player's ids. Confined to one media loop.
 *
 * <p>The one-byte form is written unless an element needs the two-byte form (id above 14, no data or more than 16 bytes)
 * and the player takes both.
 */
final class ExtensionWriter {
    private static final int BLOCK_HEAD_BYTES = 4;
    private static final int MAX_PADDING_BYTES = 3;
    private static final int ABS_SEND_TIME_BYTES = 3;
    private static final int MAX_ONE_BYTE_ID = 14;
    private static final int MAX_ONE_BYTE_LENGTH = 16;
    private static final int ELEMENT_HEAD_BYTES = 2;
    /** Start and end of frame, template id: one byte before the frame number (AV1 RTP specification, A.8.2). */
    private static final int FRAME_NUMBER_OFFSET = 1;

    private static final int DESCRIPTOR_BYTES = 3;
    /** abs-send-time has 6 bits of seconds and 18 of fraction. */
    private static final long ABS_SEND_TIME_PERIOD_NS = 64_000_000_000L;

    private static final int DEPENDENCY_DESCRIPTOR = ExtensionType.DEPENDENCY_DESCRIPTOR.ordinal();

    private final ExtensionMap ids;
    private final byte[] mid;
    private final int midId;
    private final int absSendTimeId;
    private final boolean twoByteAllowed;
    private final boolean ownNeedTwoByte;
    private final int ownBytes;

    private boolean twoByte;
    private long frameNumberOffset = -1;

    ExtensionWriter(ExtensionMap ids, byte[] mid, boolean twoByteAllowed) {
        this.ids = ids;
        this.mid = mid == null ? new byte[0] : mid.clone();
        this.twoByteAllowed = twoByteAllowed;
        midId = this.mid.length == 0 || this.mid.length > 255 ? 0 : ids.id(ExtensionType.MID);
        absSendTimeId = ids.id(ExtensionType.ABS_SEND_TIME);
        ownBytes = (midId == 0 ? 0 : ELEMENT_HEAD_BYTES + this.mid.length)
                + (absSendTimeId == 0 ? 0 : ELEMENT_HEAD_BYTES + ABS_SEND_TIME_BYTES);
        ownNeedTwoByte = midId != 0 && needsTwoByte(midId, this.mid.length) || absSendTimeId > MAX_ONE_BYTE_ID;
    }

    /** At most this many bytes will be written for the record. */
    int mostBytes(PacketLogReader record) {
        int elementBytes = ownBytes + record.extensionLength();
        return elementBytes == 0 ? 0 : BLOCK_HEAD_BYTES + elementBytes + MAX_PADDING_BYTES;
    }

    /** Where the last written dependency descriptor has its frame number; −1 when there was none. */
    long frameNumberOffset() {
        return frameNumberOffset;
    }

    /**
     * Writes the whole extension at {@code offset}, its four bytes of head included. The record's bytes may be torn; what
     * is written then is rubbish, but never more than {@link #mostBytes}.
     *
     * @return its length, 0 when there is nothing to write
     */
    int write(PacketLogReader record, MemorySegment to, long offset, long nowNs) {
        frameNumberOffset = -1;
        if (ownBytes + record.extensionLength() == 0) {
            return 0;
        }
        twoByte = twoByteAllowed && (ownNeedTwoByte || anyNeedsTwoByte(record));
        long at = writeOwn(to, offset + BLOCK_HEAD_BYTES, nowNs);
        at = writeRecorded(record, to, at);
        if (at == offset + BLOCK_HEAD_BYTES) {
            return 0;
        }
        while ((at - offset & 3) != 0) {
            Bytes.put8(to, at++, 0);
        }
        int profile = twoByte ? RtpHeader.TWO_BYTE_PROFILE : RtpHeader.ONE_BYTE_PROFILE;
        Bytes.put32(to, offset, (long) profile << 16 | at - offset - BLOCK_HEAD_BYTES >> 2);
        return (int) (at - offset);
    }

    private long writeOwn(MemorySegment to, long offset, long nowNs) {
        long at = offset;
        if (midId != 0 && fits(midId, mid.length)) {
            at = writeHead(to, at, midId, mid.length);
            for (byte b : mid) {
                Bytes.put8(to, at++, b);
            }
        }
        if (absSendTimeId != 0 && fits(absSendTimeId, ABS_SEND_TIME_BYTES)) {
            at = writeHead(to, at, absSendTimeId, ABS_SEND_TIME_BYTES);
            Bytes.put24(to, at, absSendTime(nowNs));
            at += ABS_SEND_TIME_BYTES;
        }
        return at;
    }

    private long writeRecorded(PacketLogReader record, MemorySegment to, long offset) {
        MemorySegment from = record.segment();
        long next = record.extensionOffset();
        long end = next + record.extensionLength();
        long at = offset;
        while (next + ELEMENT_HEAD_BYTES <= end) {
            int ordinal = Bytes.u8(from, next);
            int length = Bytes.u8(from, next + 1);
            long data = next + ELEMENT_HEAD_BYTES;
            int id = ids.idOfOrdinal(ordinal);
            next = data + length;
            if (id == 0 || next > end || !fits(id, length)) {
                continue;
            }
            at = writeHead(to, at, id, length);
            Bytes.copy(from, data, to, at, length);
            if (ordinal == DEPENDENCY_DESCRIPTOR && length >= DESCRIPTOR_BYTES) {
                frameNumberOffset = at + FRAME_NUMBER_OFFSET;
            }
            at += length;
        }
        return at;
    }

    private long writeHead(MemorySegment to, long at, int id, int length) {
        if (twoByte) {
            Bytes.put16(to, at, id << 8 | length);
            return at + 2;
        }
        Bytes.put8(to, at, id << 4 | length - 1);
        return at + 1;
    }

    private boolean anyNeedsTwoByte(PacketLogReader record) {
        MemorySegment from = record.segment();
        long next = record.extensionOffset();
        long end = next + record.extensionLength();
        while (next + ELEMENT_HEAD_BYTES <= end) {
            int id = ids.idOfOrdinal(Bytes.u8(from, next));
            int length = Bytes.u8(from, next + 1);
            if (id != 0 && needsTwoByte(id, length)) {
                return true;
            }
            next += ELEMENT_HEAD_BYTES + length;
        }
        return false;
    }

    private boolean fits(int id, int length) {
        return twoByte || !needsTwoByte(id, length);
    }

    private static boolean needsTwoByte(int id, int length) {
        return id > MAX_ONE_BYTE_ID || length == 0 || length > MAX_ONE_BYTE_LENGTH;
    }

    private static int absSendTime(long nowNs) {
        return (int) ((Math.floorMod(nowNs, ABS_SEND_TIME_PERIOD_NS) << 18) / 1_000_000_000L);
    }
}
