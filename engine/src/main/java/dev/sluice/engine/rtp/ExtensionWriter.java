package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * Writes the header extension (RFC 8285) of one player's packets: mid, abs-send-time and the transport-wide sequence number
 * of our own, the others from the log, by the player's ids. Confined to one media loop.
 *
 * <p>The one-byte form is written unless an element needs the two-byte form (id above 14, no data or more than 16 bytes)
 * and the player takes both.
 */
final class ExtensionWriter {
    private static final int BLOCK_HEAD_BYTES = 4;
    private static final int MAX_PADDING_BYTES = 3;
    private static final int ABS_SEND_TIME_BYTES = 3;
    private static final int TRANSPORT_SEQUENCE_BYTES = 2;
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
    private final int transportId;
    /** Null where the player did not agree on the numbers. */
    private final TransportSequence transport;

    private final boolean twoByteAllowed;
    private final boolean ownNeedTwoByte;
    private final int ownBytes;
    /**
     * Our own elements in the one-byte form from the highest byte on, abs-send-time and number 0; as every player of a browser has
     * them, one store instead of seven (10 ns of a packet's 500).
     */
    private final long ownWord;
    /** Bytes of {@link #ownWord} that count; 0 when the elements are not from 4 to 8 bytes. */
    private final int ownWordBytes;

    private final int absSendTimeShift;
    private final int transportShift;

    private long sendTimeNs;
    private int sendTime;
    private boolean twoByte;
    private long frameNumberOffset = -1;

    ExtensionWriter(ExtensionMap ids, byte[] mid, boolean twoByteAllowed, TransportSequence sequence) {
        this.ids = ids;
        this.mid = mid == null ? new byte[0] : mid.clone();
        this.twoByteAllowed = twoByteAllowed;
        midId = this.mid.length == 0 || this.mid.length > 255 ? 0 : ids.id(ExtensionType.MID);
        absSendTimeId = ids.id(ExtensionType.ABS_SEND_TIME);
        transportId = sequence == null ? 0 : ids.id(ExtensionType.TRANSPORT_CC);
        transport = transportId == 0 ? null : sequence;
        ownBytes = (midId == 0 ? 0 : ELEMENT_HEAD_BYTES + this.mid.length)
                + (absSendTimeId == 0 ? 0 : ELEMENT_HEAD_BYTES + ABS_SEND_TIME_BYTES)
                + (transportId == 0 ? 0 : ELEMENT_HEAD_BYTES + TRANSPORT_SEQUENCE_BYTES);
        ownNeedTwoByte = midId != 0 && needsTwoByte(midId, this.mid.length)
                || absSendTimeId > MAX_ONE_BYTE_ID
                || transportId > MAX_ONE_BYTE_ID;
        int transportBytes = oneByteLength(transportId, TRANSPORT_SEQUENCE_BYTES);
        int wordBytes = oneByteLength(midId, this.mid.length)
                + oneByteLength(absSendTimeId, ABS_SEND_TIME_BYTES)
                + transportBytes;
        // Below 4 the 8 bytes that are stored would not fit into mostBytes.
        ownWordBytes = ownNeedTwoByte || wordBytes < 4 || wordBytes > Long.BYTES ? 0 : wordBytes;
        transportShift = Byte.SIZE * (Long.BYTES - wordBytes);
        absSendTimeShift = transportShift + Byte.SIZE * transportBytes;
        ownWord = ownWordBytes == 0 ? 0 : ownWord();
    }

    private static int oneByteLength(int id, int lengthBytes) {
        return id == 0 ? 0 : 1 + lengthBytes;
    }

    /** As {@link #writeOwnElements} would write them. */
    private long ownWord() {
        long word = 0;
        if (midId != 0) {
            word = midId << 4 | mid.length - 1;
            for (byte b : mid) {
                word = word << Byte.SIZE | b & 0xff;
            }
        }
        if (absSendTimeId != 0) {
            word = (word << Byte.SIZE | absSendTimeId << 4 | ABS_SEND_TIME_BYTES - 1)
                    << Byte.SIZE * ABS_SEND_TIME_BYTES;
        }
        if (transportId != 0) {
            word = (word << Byte.SIZE | transportId << 4 | TRANSPORT_SEQUENCE_BYTES - 1)
                    << Byte.SIZE * TRANSPORT_SEQUENCE_BYTES;
        }
        return word << transportShift;
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
        if (record.extensionLength() == 0) {
            return writeOwn(to, offset, nowNs);
        }
        twoByte = twoByteAllowed && (ownNeedTwoByte || anyNeedsTwoByte(record));
        long at = writeOwnElements(to, offset + BLOCK_HEAD_BYTES, nowNs);
        return finish(to, offset, writeRecorded(record, to, at));
    }

    /** Of a packet that is no record's: our own elements alone. Returns the extension's length, head included, or 0. */
    int writeOwn(MemorySegment to, long offset, long nowNs) {
        if (ownBytes == 0) {
            return 0;
        }
        if (ownWordBytes != 0) {
            int words = ownWordBytes + 3 >> 2;
            Bytes.put32(to, offset, (long) RtpHeader.ONE_BYTE_PROFILE << 16 | words);
            writeOwnWord(to, offset + BLOCK_HEAD_BYTES, nowNs);
            return BLOCK_HEAD_BYTES + 4 * words;
        }
        twoByte = twoByteAllowed && ownNeedTwoByte;
        return finish(to, offset, writeOwnElements(to, offset + BLOCK_HEAD_BYTES, nowNs));
    }

    /** At most this many bytes by {@link #writeOwn}. */
    int mostOwnBytes() {
        return ownBytes == 0 ? 0 : BLOCK_HEAD_BYTES + ownBytes + MAX_PADDING_BYTES;
    }

    /** The packet with these elements is going to be sent. */
    void onWritten() {
        if (transport != null) {
            transport.advance();
        }
    }

    /** Fills the last word up and writes the head; the elements end at {@code end}. */
    private int finish(MemorySegment to, long offset, long end) {
        long at = end;
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

    private void writeOwnWord(MemorySegment to, long offset, long nowNs) {
        long time = absSendTimeId == 0 ? 0 : (long) absSendTime(nowNs) << absSendTimeShift;
        long number = transport == null ? 0 : (long) transport.next() << transportShift;
        Bytes.put64(to, offset, ownWord | time | number);
    }

    private long writeOwnElements(MemorySegment to, long offset, long nowNs) {
        if (!twoByte && ownWordBytes != 0) {
            writeOwnWord(to, offset, nowNs);
            return offset + ownWordBytes;
        }
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
        if (transport != null && fits(transportId, TRANSPORT_SEQUENCE_BYTES)) {
            at = writeHead(to, at, transportId, TRANSPORT_SEQUENCE_BYTES);
            Bytes.put16(to, at, transport.next());
            at += TRANSPORT_SEQUENCE_BYTES;
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

    /** A run of packets leaves at one time. */
    private int absSendTime(long nowNs) {
        if (nowNs != sendTimeNs) {
            sendTimeNs = nowNs;
            sendTime = (int) ((Math.floorMod(nowNs, ABS_SEND_TIME_PERIOD_NS) << 18) / 1_000_000_000L);
        }
        return sendTime;
    }
}
