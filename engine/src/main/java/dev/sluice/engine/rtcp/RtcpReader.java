package dev.sluice.engine.rtcp;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Walks the packets of one RTCP datagram, compound or reduced-size (RFC 3550 section 6.1, RFC 5506). Reusable; the bytes stay
 * the caller's and must not move while they are read. Confined to one media loop.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P| RC, FMT |      PT       |   length in words, less one   |
 * |                      SSRC of the sender                       |
 * |           media SSRC and what follows, by packet type         |
 * </pre>
 *
 * Use: {@code open}, then {@code next} until it is not positive. A packet's entries (report blocks, key frame requests,
 * streams that end) are counted by {@link #count()}, and {@link #ssrc} says which stream an entry is about.
 */
public final class RtcpReader {
    /** No packet is left. */
    public static final int END = 0;

    public static final int SENDER_REPORT = 1;
    public static final int RECEIVER_REPORT = 2;
    public static final int BYE = 3;
    /** Picture loss indication, one entry (RFC 4585 section 6.3.1). */
    public static final int PLI = 4;
    /** Full intra request (RFC 5104 section 4.3.1). */
    public static final int FIR = 5;
    /** Packets asked for again, an entry for each 17 numbers in a row (RFC 4585 section 6.2.1). */
    public static final int NACK = 7;
    /** Well formed, and of no use here: source descriptions, other extended reports, feedback that was not negotiated. */
    public static final int OTHER = 6;

    /** Transport-wide feedback, for {@link TransportFeedbackReader}. */
    public static final int TRANSPORT_CC = 8;
    /** Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03): {@link #rembBps()}. */
    public static final int REMB = 9;
    /** An extended report's echoes of reference times, an entry for each receiver that sent one (RFC 3611 section 4.5). */
    public static final int DLRR = 10;

    static final int HEADER_BYTES = 4;
    static final int SENDER_REPORT_BYTES = 28;
    static final int RECEIVER_REPORT_BYTES = 8;
    static final int REPORT_BLOCK_BYTES = 24;
    static final int FEEDBACK_BYTES = 12;
    static final int FIR_ENTRY_BYTES = 8;
    static final int NACK_ENTRY_BYTES = 4;
    static final int DLRR_ENTRY_BYTES = 12;
    static final int XR_HEADER_BYTES = 8;
    static final int XR_BLOCK_HEADER_BYTES = 4;

    static final int TYPE_SENDER_REPORT = 200;
    static final int TYPE_RECEIVER_REPORT = 201;
    static final int TYPE_SOURCE_DESCRIPTION = 202;
    static final int TYPE_BYE = 203;
    static final int TYPE_TRANSPORT_FEEDBACK = 205;
    static final int TYPE_PAYLOAD_FEEDBACK = 206;
    static final int TYPE_EXTENDED_REPORT = 207;
    static final int BLOCK_REFERENCE_TIME = 4;
    static final int BLOCK_DLRR = 5;
    static final int FORMAT_NACK = 1;
    static final int FORMAT_PLI = 1;
    static final int FORMAT_FIR = 4;
    static final int FORMAT_TRANSPORT_CC = 15;
    static final int FORMAT_APPLICATION = 15;
    static final int REMB_HEADER_BYTES = 20;
    /** "REMB". */
    static final int REMB_NAME = 0x52454d42;

    private static final int MALFORMED = DropReason.RTCP_MALFORMED.code();

    private MemorySegment segment = MemorySegment.NULL;
    private long nextOffset;
    private long end;
    /** Of the current packet: its place, its length without padding, and where and how long its entries are. */
    private long offset;

    private int lengthBytes;
    private int count;
    private long entriesOffset;
    private int entryBytes;

    /** Whether a datagram of the RTP class is RTCP, by its second byte (RFC 5761 section 4). */
    public static boolean isRtcp(MemorySegment s, long off, int len) {
        return len >= 2 && (Bytes.u8(s, off + 1) & 0xe0) == 0xc0;
    }

    /**
     * Starts before the first packet. All headers are checked here, so a datagram that was cut or bent is refused as a whole,
     * before any of it was acted on.
     *
     * @return 0, or the code of {@link DropReason#RTCP_MALFORMED}
     */
    public int open(MemorySegment s, long off, int len) {
        segment = s;
        nextOffset = off;
        end = off;
        if (len < HEADER_BYTES) {
            return MALFORMED;
        }
        int at = 0;
        while (at < len) {
            if (at + HEADER_BYTES > len || Bytes.u8(s, off + at) >>> 6 != 2) {
                return MALFORMED;
            }
            at += HEADER_BYTES + 4 * Bytes.u16(s, off + at + 2);
        }
        if (at != len) {
            return MALFORMED;
        }
        end = off + len;
        return 0;
    }

    /**
     * Steps to the next packet.
     *
     * @return its kind, one of this class's constants; {@link #END}; or the code of {@link DropReason#RTCP_MALFORMED} when
     *     its content does not fit into it, which ends the walk
     */
    public int next() {
        count = 0;
        if (nextOffset >= end) {
            return END;
        }
        offset = nextOffset;
        lengthBytes = HEADER_BYTES + 4 * Bytes.u16(segment, offset + 2);
        nextOffset += lengthBytes;
        int kind = unpad() ? kind() : MALFORMED;
        if (kind < 0) {
            nextOffset = end;
            count = 0;
        }
        return kind;
    }

    /** SSRC of who sent the packet; 0 in a packet that is a header only. */
    public long senderSsrc() {
        return lengthBytes < HEADER_BYTES + 4 ? 0 : Bytes.u32(segment, offset + 4);
    }

    /** Entries of the current packet. */
    public int count() {
        return count;
    }

    /** The stream that an entry is about. */
    public long ssrc(int index) {
        return Bytes.u32(segment, entry(index));
    }

    /** Feedback: the stream that a NACK is about. */
    public long mediaSsrc() {
        return Bytes.u32(segment, offset + 8);
    }

    /** NACK: the first number of an entry. */
    public int lostSequence(int index) {
        return Bytes.u16(segment, entry(index));
    }

    /** NACK: bit i stands for the number i + 1 after the entry's first. */
    public int lostFollowing(int index) {
        return Bytes.u16(segment, entry(index) + 2);
    }

    /** A sender report's NTP timestamp; 0 from a sender without a clock. */
    public long ntpTime() {
        return Bytes.i64(segment, offset + 8);
    }

    /** A sender report's RTP timestamp, of the same instant. */
    public long rtpTimestamp() {
        return Bytes.u32(segment, offset + 16);
    }

    /** Report block: packets lost since the report before, in 1/256. */
    public int fractionLost(int index) {
        return Bytes.u8(segment, entry(index) + 4);
    }

    /** Report block: packets lost in all, negative with duplicates. */
    public int cumulativeLost(int index) {
        return Bytes.i32(segment, entry(index) + 4) << 8 >> 8;
    }

    /** Report block: highest sequence number received, its wraps above, 0 … 2^32−1. */
    public long highestSequence(int index) {
        return Bytes.u32(segment, entry(index) + 8);
    }

    /** Report block: interarrival jitter in units of the stream's clock. */
    public long jitter(int index) {
        return Bytes.u32(segment, entry(index) + 12);
    }

    /** Report block: compact NTP of the last sender report; 0 before one came. */
    public long lastSenderReport(int index) {
        return Bytes.u32(segment, entry(index) + 16);
    }

    /** Report block: time since that sender report, in 1/65536 s. */
    public long delaySinceLastSenderReport(int index) {
        return Bytes.u32(segment, entry(index) + 20);
    }

    /** DLRR: compact NTP of the receiver's reference time; 0 before one came. */
    public long lastReferenceTime(int index) {
        return Bytes.u32(segment, entry(index) + 4);
    }

    /** DLRR: time since that reference time, in 1/65536 s. */
    public long delaySinceLastReferenceTime(int index) {
        return Bytes.u32(segment, entry(index) + 8);
    }

    /** The bitrate of a REMB, 0 … 2^63−1. */
    public long rembBps() {
        int exponent = Bytes.u8(segment, offset + 17) >>> 2;
        long mantissa = Bytes.i32(segment, offset + 16) & 0x3_ffffL;
        boolean fits = mantissa == 0 || exponent < Long.numberOfLeadingZeros(mantissa);
        return fits ? mantissa << exponent : Long.MAX_VALUE;
    }

    MemorySegment segment() {
        return segment;
    }

    /** Of the current packet. */
    long offset() {
        return offset;
    }

    /** Of the current packet, padding taken off. */
    int lengthBytes() {
        return lengthBytes;
    }

    private long entry(int index) {
        return entriesOffset + (long) entryBytes * Objects.checkIndex(index, count);
    }

    /**
     * Takes the padding off {@code lengthBytes}. RFC 3550 allows it in the last packet only; libwebrtc's transport feedback
     * has it wherever it stands in a datagram.
     */
    private boolean unpad() {
        if ((Bytes.u8(segment, offset) & 0x20) == 0) {
            return true;
        }
        int padding = Bytes.u8(segment, offset + lengthBytes - 1);
        lengthBytes -= padding;
        return padding != 0 && lengthBytes >= HEADER_BYTES;
    }

    private int kind() {
        int format = Bytes.u8(segment, offset) & 0x1f;
        return switch (Bytes.u8(segment, offset + 1)) {
            case TYPE_SENDER_REPORT -> entries(SENDER_REPORT, SENDER_REPORT_BYTES, REPORT_BLOCK_BYTES, format);
            case TYPE_RECEIVER_REPORT -> entries(RECEIVER_REPORT, RECEIVER_REPORT_BYTES, REPORT_BLOCK_BYTES, format);
            case TYPE_BYE -> entries(BYE, HEADER_BYTES, 4, format);
            case TYPE_TRANSPORT_FEEDBACK -> transportFeedback(format);
            case TYPE_PAYLOAD_FEEDBACK -> payloadFeedback(format);
            case TYPE_EXTENDED_REPORT -> extendedReport();
            default -> OTHER;
        };
    }

    /** By its first block of echoes; the blocks must fit into it. */
    private int extendedReport() {
        int kind = OTHER;
        int at = XR_HEADER_BYTES;
        while (at < lengthBytes) {
            int bytes =
                    at + XR_BLOCK_HEADER_BYTES > lengthBytes ? lengthBytes : 4 * Bytes.u16(segment, offset + at + 2);
            int content = at + XR_BLOCK_HEADER_BYTES;
            if (content + bytes > lengthBytes) {
                return MALFORMED;
            }
            if (kind == OTHER && Bytes.u8(segment, offset + at) == BLOCK_DLRR) {
                kind = entries(DLRR, content, DLRR_ENTRY_BYTES, bytes / DLRR_ENTRY_BYTES);
            }
            at = content + bytes;
        }
        return at == lengthBytes ? kind : MALFORMED;
    }

    private int transportFeedback(int format) {
        if (format != FORMAT_NACK) {
            return format == FORMAT_TRANSPORT_CC ? TRANSPORT_CC : OTHER;
        }
        int bytes = lengthBytes - FEEDBACK_BYTES;
        return bytes > 0 ? entries(NACK, FEEDBACK_BYTES, NACK_ENTRY_BYTES, bytes / NACK_ENTRY_BYTES) : MALFORMED;
    }

    private int payloadFeedback(int format) {
        if (lengthBytes < FEEDBACK_BYTES) {
            return MALFORMED;
        }
        return switch (format) {
            // The entry is the media SSRC of the feedback's head.
            case FORMAT_PLI -> entries(PLI, FEEDBACK_BYTES - 4, 4, 1);
            case FORMAT_FIR -> {
                int bytes = lengthBytes - FEEDBACK_BYTES;
                boolean whole = bytes > 0 && bytes % FIR_ENTRY_BYTES == 0;
                yield whole ? entries(FIR, FEEDBACK_BYTES, FIR_ENTRY_BYTES, bytes / FIR_ENTRY_BYTES) : MALFORMED;
            }
            case FORMAT_APPLICATION -> applicationFeedback();
            default -> OTHER;
        };
    }

    private int applicationFeedback() {
        boolean remb = lengthBytes >= REMB_HEADER_BYTES && Bytes.i32(segment, offset + 12) == REMB_NAME;
        return remb ? entries(REMB, REMB_HEADER_BYTES, 4, Bytes.u8(segment, offset + 16)) : OTHER;
    }

    private int entries(int kind, int headBytes, int bytesEach, int number) {
        if (headBytes + bytesEach * number > lengthBytes) {
            return MALFORMED;
        }
        entriesOffset = offset + headBytes;
        entryBytes = bytesEach;
        count = number;
        return kind;
    }
}
