package dev.sluice.engine.rtcp;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;

/**
 * Reads transport-wide feedback: which packets arrived, and when (draft-holmer-rmcat-transport-wide-cc-extensions-01 section
 * 3.1). Follows one sender's clock from feedback to feedback. Confined to one media loop.
 *
 * <pre>
 * |V=2|P|  FMT=15 |    PT=205     |           length              |
 * |                     SSRC of packet sender                     |
 * |                      SSRC of media source                     |
 * |      base sequence number     |      packet status count      |
 * |                 reference time                | fb pkt. count |
 * |    packet chunks, 2 bytes each … receive deltas … padding     |
 * </pre>
 *
 * Use: {@code open} on the current packet of a {@link RtcpReader}, then {@code next} until {@link #END}.
 */
public final class TransportFeedbackReader {
    public static final int END = 0;
    /** The packet was not seen yet. */
    public static final int MISSING = 1;

    public static final int ARRIVED = 2;

    /** More than any sender's history: a feedback that speaks of more only costs time. */
    private static final int MAX_PACKETS = 1 << 13;

    private static final int HEAD_BYTES = 20;
    private static final int CHUNK_BYTES = 2;
    private static final long REFERENCE_US = 64_000;
    private static final long TICK_US = 250;

    private static final int SMALL_DELTA = 1;
    private static final int LARGE_DELTA = 2;

    private MemorySegment segment = MemorySegment.NULL;
    private long chunkAt;
    private long deltaAt;
    private int left;
    private int chunk;
    private int chunkLeft;
    private int sequence;
    private long arrivalUs;
    private boolean heard;
    private long reference;

    /**
     * Starts before the first packet's status. All of the feedback is checked here.
     *
     * @param rtcp at a packet of the kind {@link RtcpReader#TRANSPORT_CC}
     * @return 0, or the code of {@link DropReason#RTCP_MALFORMED}, and nothing can be read
     */
    public int open(RtcpReader rtcp) {
        segment = rtcp.segment();
        left = 0;
        chunkLeft = 0;
        int lengthBytes = rtcp.lengthBytes();
        long offset = rtcp.offset();
        if (lengthBytes < HEAD_BYTES) {
            return DropReason.RTCP_MALFORMED.code();
        }
        int count = Bytes.u16(segment, offset + 14);
        long end = offset + lengthBytes;
        long deltas = count > MAX_PACKETS ? -1 : deltasAt(offset + HEAD_BYTES, end, count);
        if (deltas < 0) {
            return DropReason.RTCP_MALFORMED.code();
        }
        chunkAt = offset + HEAD_BYTES;
        deltaAt = deltas;
        left = count;
        sequence = Bytes.u16(segment, offset + 12) - 1;
        follow(Bytes.i32(segment, offset + 16) >>> 8);
        arrivalUs = reference * REFERENCE_US;
        return 0;
    }

    /** The reference time has 24 bits: it goes on where the last one was, up to 149 hours either way. */
    private void follow(int reference24) {
        int step = reference24 - (int) reference << 8 >> 8;
        reference = heard ? reference + step : reference24;
        heard = true;
    }

    /** Where the deltas begin when the chunks and they fit, else −1. */
    private long deltasAt(long chunks, long end, int count) {
        long at = chunks;
        int deltaBytes = 0;
        int uncounted = count;
        while (uncounted > 0) {
            if (at + CHUNK_BYTES > end) {
                return -1;
            }
            int value = Bytes.u16(segment, at);
            at += CHUNK_BYTES;
            int packets = Math.min(packets(value), uncounted);
            if ((value & 0x8000) == 0) {
                deltaBytes += packets * deltaBytes(value >>> 13);
            } else {
                for (int i = 0; i < packets; i++) {
                    deltaBytes += deltaBytes(symbol(value, i));
                }
            }
            if (packets == 0 || deltaBytes > end - at) {
                return -1;
            }
            uncounted -= packets;
        }
        return at;
    }

    /**
     * Steps to the next packet.
     *
     * @return {@link #MISSING}, {@link #ARRIVED} or {@link #END}
     */
    public int next() {
        if (left == 0) {
            return END;
        }
        if (chunkLeft == 0) {
            chunk = Bytes.u16(segment, chunkAt);
            chunkAt += CHUNK_BYTES;
            chunkLeft = packets(chunk);
        }
        int symbol = (chunk & 0x8000) == 0 ? chunk >>> 13 : symbol(chunk, packets(chunk) - chunkLeft);
        chunkLeft--;
        left--;
        sequence++;
        switch (symbol) {
            case SMALL_DELTA -> arrivalUs += Bytes.u8(segment, deltaAt) * TICK_US;
            case LARGE_DELTA -> arrivalUs += (short) Bytes.u16(segment, deltaAt) * TICK_US;
            default -> {
                return MISSING;
            }
        }
        deltaAt += symbol;
        return ARRIVED;
    }

    /** The current packet's transport-wide sequence number, 16 bits. */
    public int sequence() {
        return sequence & 0xffff;
    }

    /** When the current packet arrived, by the remote's clock; only of one that did. */
    public long arrivalUs() {
        return arrivalUs;
    }

    /** A run's length (section 3.1.3), or a vector's (3.1.4). */
    private static int packets(int chunk) {
        if ((chunk & 0x8000) == 0) {
            return chunk & 0x1fff;
        }
        return (chunk & 0x4000) == 0 ? 14 : 7;
    }

    private static int symbol(int vector, int index) {
        return (vector & 0x4000) == 0 ? vector >>> 13 - index & 1 : vector >>> 12 - 2 * index & 3;
    }

    /** The reserved symbol 3 has none. */
    private static int deltaBytes(int symbol) {
        return symbol == SMALL_DELTA || symbol == LARGE_DELTA ? symbol : 0;
    }
}
