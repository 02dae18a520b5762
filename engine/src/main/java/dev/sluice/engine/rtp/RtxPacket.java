package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;

/**
 * Retransmission payload (RFC 4588 section 4): the original packet's sequence number stands before its payload, in a packet
 * of another SSRC and payload type. Stateless.
 */
public final class RtxPacket {
    /** The original sequence number. */
    public static final int HEAD_BYTES = 2;

    private RtxPacket() {}

    /**
     * Makes a retransmission of a packet without CSRCs, in place, {@link #HEAD_BYTES} before it: those must be free.
     *
     * @param at of the original
     * @return the retransmission's length
     */
    public static int wrap(MemorySegment segment, long at, int lengthBytes, int payloadType, long ssrc, int sequence) {
        long to = at - HEAD_BYTES;
        boolean extended = (Bytes.u8(segment, at) & 0x10) != 0;
        int headerBytes = RtpHeader.FIXED_BYTES + (extended ? 4 + 4 * Bytes.u16(segment, at + 14) : 0);
        int original = Bytes.u16(segment, at + 2);
        Bytes.copy(segment, at, segment, to, headerBytes);
        Bytes.put8(segment, to + 1, Bytes.u8(segment, to + 1) & 0x80 | payloadType);
        Bytes.put16(segment, to + 2, sequence);
        Bytes.put32(segment, to + 8, ssrc);
        Bytes.put16(segment, to + headerBytes, original);
        return lengthBytes + HEAD_BYTES;
    }

    /** The sequence number of the packet that is sent again; −1 when there is none, as in probes of padding only. */
    public static int originalSequence(RtpHeader rtx) {
        return rtx.payloadLength() < HEAD_BYTES ? -1 : Bytes.u16(rtx.segment(), rtx.payloadOffset());
    }

    /**
     * Makes the original packet of it, in place, two bytes further: marker, timestamp and extension are the same in both
     * (section 4).
     *
     * @param rtx laid over a packet whose {@link #originalSequence} is not negative; then over the original
     * @return 0, or the code of {@link DropReason#RTP_MALFORMED}
     */
    public static int restore(RtpHeader rtx, long ssrc, int payloadType) {
        MemorySegment segment = rtx.segment();
        int sequence = originalSequence(rtx);
        int length = rtx.lengthBytes() - HEAD_BYTES;
        long from = rtx.offset();
        long to = from + HEAD_BYTES;
        Bytes.copy(segment, from, segment, to, rtx.payloadOffset() - from);
        Bytes.put8(segment, to + 1, (rtx.marker() ? 0x80 : 0) | payloadType);
        Bytes.put16(segment, to + 2, sequence);
        Bytes.put32(segment, to + 8, ssrc);
        return rtx.parse(segment, to, length);
    }
}
