package dev.sluice.engine.congestion;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * One transport feedback packet being made (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). Reusable.
 * Confined to one media loop.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  FMT=15 |    PT=205     |           length              |
 * |                     SSRC of packet sender                     |
 * |                      SSRC of media source                     |
 * |      base sequence number     |      packet status count      |
 * |                 reference time                | fb pkt. count |
 * |    packet chunks, 2 bytes each … receive deltas … padding     |
 * </pre>
 */
final class TransportFeedback {
    private static final int HEADER_BYTES = 20;
    private static final int CHUNK_BYTES = 2;
    private static final int TYPE_AND_FORMAT = 0x8f_cd;
    private static final int PADDING_BIT = 0x20_00;
    /** The reference time counts 64 ms, 256 ticks. */
    private static final int TICKS_PER_REFERENCE_BITS = 8;

    /** The symbols double as the number of delta bytes. */
    private static final int MISSING = 0;

    private static final int SMALL_DELTA = 1;
    private static final int LARGE_DELTA = 2;

    private static final int ONE_BIT_VECTOR = 0x8000;
    private static final int ONE_BIT_SYMBOLS = 14;
    private static final int TWO_BIT_VECTOR = 0xc000;
    private static final int TWO_BIT_SYMBOLS = 7;

    private final byte[] symbols;
    private final short[] deltas;
    private int packets;
    private int packetsWritten;
    private boolean anyArrived;
    private long reference;
    private long priorTicks;

    /** Of the chunk being written: how many packets it speaks of. */
    private int chunkPackets;

    /** Room for so many packets, at most 8,191: the longest run that one chunk can speak of. */
    TransportFeedback(int maxPackets) {
        symbols = new byte[maxPackets];
        deltas = new short[maxPackets];
    }

    void clear() {
        packets = 0;
        anyArrived = false;
    }

    void addMissing() {
        symbols[packets] = MISSING;
        packets++;
    }

    /** Adds a packet that arrived at this tick; false when it is too far from the one before to be told in one feedback. */
    boolean addArrived(long ticks) {
        if (!anyArrived) {
            anyArrived = true;
            reference = ticks >> TICKS_PER_REFERENCE_BITS;
            priorTicks = reference << TICKS_PER_REFERENCE_BITS;
        }
        long delta = ticks - priorTicks;
        if (delta != (short) delta) {
            return false;
        }
        symbols[packets] = (byte) (delta >= 0 && delta <= 0xff ? SMALL_DELTA : LARGE_DELTA);
        deltas[packets] = (short) delta;
        packets++;
        priorTicks = ticks;
        return true;
    }

    /** How many of the packets added the last {@link #write} took, from the first on. */
    int packetsWritten() {
        return packetsWritten;
    }

    /** Writes as many of the packets as {@code roomBytes} hold, at least the first that arrived. */
    int write(MemorySegment to, long off, int roomBytes, long senderSsrc, long mediaSsrc, int baseSequence, int count) {
        int deltasAt = writeChunks(to, off, roomBytes & ~3);
        int end = writeDeltas(to, off, deltasAt);
        int length = end + 3 & ~3;
        for (int i = end; i < length; i++) {
            Bytes.put8(to, off + i, i == length - 1 ? length - end : 0);
        }
        Bytes.put16(to, off, TYPE_AND_FORMAT | (length > end ? PADDING_BIT : 0));
        Bytes.put16(to, off + 2, length / 4 - 1);
        Bytes.put32(to, off + 4, senderSsrc);
        Bytes.put32(to, off + 8, mediaSsrc);
        Bytes.put16(to, off + 12, baseSequence);
        Bytes.put16(to, off + 14, packetsWritten);
        Bytes.put24(to, off + 16, (int) reference);
        Bytes.put8(to, off + 19, count);
        return length;
    }

    /** Returns where the chunks end. A run of missing packets at the end is left to the next feedback: they may still come. */
    private int writeChunks(MemorySegment to, long off, int roomBytes) {
        packetsWritten = 0;
        int end = HEADER_BYTES;
        int at = HEADER_BYTES;
        int deltaBytes = 0;
        for (int packet = 0; packet < packets; packet += chunkPackets) {
            int room = roomBytes - at - CHUNK_BYTES - deltaBytes;
            int chunk = chunk(packet, room);
            int bytes = deltaBytes(packet, chunkPackets);
            if (room < bytes || chunkPackets == 0) {
                break;
            }
            Bytes.put16(to, off + at, chunk);
            at += CHUNK_BYTES;
            deltaBytes += bytes;
            if (bytes > 0) {
                end = at;
                packetsWritten = packet + chunkPackets;
            }
        }
        return end;
    }

    private int writeDeltas(MemorySegment to, long off, int from) {
        int at = from;
        for (int i = 0; i < packetsWritten; i++) {
            if (symbols[i] == SMALL_DELTA) {
                Bytes.put8(to, off + at, deltas[i]);
            } else if (symbols[i] == LARGE_DELTA) {
                Bytes.put16(to, off + at, deltas[i]);
            }
            at += symbols[i];
        }
        return at;
    }

    /**
     * The chunk that speaks of most packets from here on: a run (section 3.1.3), cut to the deltas there is room for, or a
     * vector (3.1.4).
     */
    private int chunk(int from, int deltaRoomBytes) {
        int run = run(from);
        boolean oneBit = fitsOneBit(from);
        if (run >= (oneBit ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS) || run == packets - from) {
            int symbol = symbols[from];
            chunkPackets = symbol == MISSING ? run : Math.clamp(deltaRoomBytes / symbol, 0, run);
            return symbol << 13 | chunkPackets;
        }
        return oneBit
                ? vector(ONE_BIT_VECTOR, 1, ONE_BIT_SYMBOLS, from)
                : vector(TWO_BIT_VECTOR, 2, TWO_BIT_SYMBOLS, from);
    }

    private int vector(int form, int bitsEach, int most, int from) {
        chunkPackets = Math.min(most, packets - from);
        int chunk = form;
        for (int i = 0; i < chunkPackets; i++) {
            chunk |= symbols[from + i] << ONE_BIT_SYMBOLS - bitsEach * (i + 1);
        }
        return chunk;
    }

    private int run(int from) {
        int at = from + 1;
        while (at < packets && symbols[at] == symbols[from]) {
            at++;
        }
        return at - from;
    }

    private boolean fitsOneBit(int from) {
        int to = Math.min(from + ONE_BIT_SYMBOLS, packets);
        for (int i = from; i < to; i++) {
            if (symbols[i] == LARGE_DELTA) {
                return false;
            }
        }
        return true;
    }

    private int deltaBytes(int from, int number) {
        int bytes = 0;
        for (int i = from; i < from + number; i++) {
            bytes += symbols[i];
        }
        return bytes;
    }
}
