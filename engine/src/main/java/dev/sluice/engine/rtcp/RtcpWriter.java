package dev.sluice.engine.rtcp;

import static dev.sluice.engine.rtcp.RtcpReader.FEEDBACK_BYTES;
import static dev.sluice.engine.rtcp.RtcpReader.FIR_ENTRY_BYTES;
import static dev.sluice.engine.rtcp.RtcpReader.FORMAT_APPLICATION;
import static dev.sluice.engine.rtcp.RtcpReader.RECEIVER_REPORT_BYTES;
import static dev.sluice.engine.rtcp.RtcpReader.REMB_HEADER_BYTES;
import static dev.sluice.engine.rtcp.RtcpReader.REMB_NAME;
import static dev.sluice.engine.rtcp.RtcpReader.REPORT_BLOCK_BYTES;
import static dev.sluice.engine.rtcp.RtcpReader.SENDER_REPORT_BYTES;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes RTCP packets one behind the other into a datagram; each method returns the bytes it wrote. Stateless.
 *
 * <p>A compound packet is a report, its blocks ({@link ReceptionStats#writeReportBlock}), a source description, then
 * feedback (RFC 3550 section 6.1). Room is the caller's affair: no packet is longer than its method says.
 */
public final class RtcpWriter {
    private static final int ITEM_CNAME = 1;

    private RtcpWriter() {}

    /**
     * Writes a sender report's 28 bytes (RFC 3550 section 6.4.1); {@code blocks} report blocks must follow at once.
     *
     * @param ntp now, and {@code rtpTimestamp} the stream's timestamp of the same instant
     * @param packets sent in all, and {@code octets} their payload; both are cut to 32 bits
     */
    public static int writeSenderReport(
            MemorySegment to, long off, long ssrc, long ntp, long rtpTimestamp, long packets, long octets, int blocks) {
        writeHeader(to, off, blocks, RtcpReader.TYPE_SENDER_REPORT, SENDER_REPORT_BYTES + blocks * REPORT_BLOCK_BYTES);
        Bytes.put32(to, off + 4, ssrc);
        Bytes.put64(to, off + 8, ntp);
        Bytes.put32(to, off + 16, rtpTimestamp);
        Bytes.put32(to, off + 20, packets);
        Bytes.put32(to, off + 24, octets);
        return SENDER_REPORT_BYTES;
    }

    /** Writes a receiver report's 8 bytes (RFC 3550 section 6.4.2); {@code blocks} report blocks must follow at once. */
    public static int writeReceiverReport(MemorySegment to, long off, long ssrc, int blocks) {
        writeHeader(
                to, off, blocks, RtcpReader.TYPE_RECEIVER_REPORT, RECEIVER_REPORT_BYTES + blocks * REPORT_BLOCK_BYTES);
        Bytes.put32(to, off + 4, ssrc);
        return RECEIVER_REPORT_BYTES;
    }

    /**
     * Writes a source description with one CNAME (RFC 3550 section 6.5).
     *
     * @param cname its bytes, at most 255; the packet has up to 14 more
     */
    public static int writeSourceDescription(MemorySegment to, long off, long ssrc, byte[] cname) {
        // At least one zero byte ends the items, and zeros fill the last word.
        int length = RtcpReader.HEADER_BYTES + 4 + (2 + cname.length + 4 & ~3);
        Bytes.put32(to, off + length - 4, 0);
        writeHeader(to, off, 1, RtcpReader.TYPE_SOURCE_DESCRIPTION, length);
        Bytes.put32(to, off + 4, ssrc);
        Bytes.put8(to, off + 8, ITEM_CNAME);
        Bytes.put8(to, off + 9, cname.length);
        MemorySegment.copy(cname, 0, to, ValueLayout.JAVA_BYTE, off + 10, cname.length);
        return length;
    }

    /**
     * Writes a receiver's reference time, 20 bytes: a sender echoes it, which shows the round trip (RFC 3611 section 4.4).
     *
     * @param ntp now, on any clock
     */
    public static int writeReferenceTime(MemorySegment to, long off, long ssrc, long ntp) {
        int length = RtcpReader.XR_HEADER_BYTES + RtcpReader.XR_BLOCK_HEADER_BYTES + 8;
        writeHeader(to, off, 0, RtcpReader.TYPE_EXTENDED_REPORT, length);
        Bytes.put32(to, off + 4, ssrc);
        Bytes.put32(to, off + 8, (long) RtcpReader.BLOCK_REFERENCE_TIME << 24 | 2);
        Bytes.put64(to, off + 12, ntp);
        return length;
    }

    /** Writes a goodbye for one stream, 8 bytes (RFC 3550 section 6.6). */
    public static int writeBye(MemorySegment to, long off, long ssrc) {
        writeHeader(to, off, 1, RtcpReader.TYPE_BYE, 8);
        Bytes.put32(to, off + 4, ssrc);
        return 8;
    }

    /** Writes a picture loss indication, 12 bytes (RFC 4585 section 6.3.1). */
    public static int writePli(MemorySegment to, long off, long senderSsrc, long mediaSsrc) {
        return writePayloadFeedback(to, off, RtcpReader.FORMAT_PLI, senderSsrc, mediaSsrc, FEEDBACK_BYTES);
    }

    /**
     * Writes a full intra request for one stream, 20 bytes (RFC 5104 section 4.3.1).
     *
     * @param sequence one more for each new request, the same when one is repeated; modulo 256
     */
    public static int writeFir(MemorySegment to, long off, long senderSsrc, long mediaSsrc, int sequence) {
        // Section 4.3.1.2: the media SSRC of the head is not used and zero; the entry names the stream.
        writePayloadFeedback(to, off, RtcpReader.FORMAT_FIR, senderSsrc, 0, FEEDBACK_BYTES + FIR_ENTRY_BYTES);
        Bytes.put32(to, off + 12, mediaSsrc);
        Bytes.put32(to, off + 16, (long) sequence << 24);
        return FEEDBACK_BYTES + FIR_ENTRY_BYTES;
    }

    /**
     * Writes a bitrate estimate (draft-alvestrand-rmcat-remb-03 section 2.2), 20 bytes and 4 for each stream.
     *
     * @param bitrateBps rounded down to 18 significant bits
     * @param ssrcs the streams it holds for together, the first {@code count} of these; at most 255
     */
    public static int writeRemb(MemorySegment to, long off, long senderSsrc, long bitrateBps, long[] ssrcs, int count) {
        int length = REMB_HEADER_BYTES + 4 * count;
        writePayloadFeedback(to, off, FORMAT_APPLICATION, senderSsrc, 0, length);
        int exponent = Math.max(0, 64 - Long.numberOfLeadingZeros(bitrateBps) - 18);
        Bytes.put32(to, off + 12, REMB_NAME);
        Bytes.put8(to, off + 16, count);
        Bytes.put24(to, off + 17, exponent << 18 | (int) (bitrateBps >>> exponent));
        for (int i = 0; i < count; i++) {
            Bytes.put32(to, off + REMB_HEADER_BYTES + 4L * i, ssrcs[i]);
        }
        return length;
    }

    /**
     * Asks for packets again (generic NACK, RFC 4585 section 6.2.1): 12 bytes, and 4 for each group of 17 numbers in a row.
     *
     * @param sequences extended or not, ascending, the first {@code count} of these; at least one
     */
    public static int writeNack(
            MemorySegment to, long off, long senderSsrc, long mediaSsrc, long[] sequences, int count) {
        int length = FEEDBACK_BYTES;
        int i = 0;
        while (i < count) {
            long first = sequences[i++];
            int following = 0;
            while (i < count && sequences[i] - first <= Short.SIZE) {
                following |= 1 << sequences[i++] - first - 1;
            }
            Bytes.put16(to, off + length, (int) first);
            Bytes.put16(to, off + length + 2, following);
            length += 4;
        }
        writeHeader(to, off, RtcpReader.FORMAT_NACK, RtcpReader.TYPE_TRANSPORT_FEEDBACK, length);
        Bytes.put32(to, off + 4, senderSsrc);
        Bytes.put32(to, off + 8, mediaSsrc);
        return length;
    }

    private static int writePayloadFeedback(
            MemorySegment to, long off, int format, long senderSsrc, long mediaSsrc, int lengthBytes) {
        writeHeader(to, off, format, RtcpReader.TYPE_PAYLOAD_FEEDBACK, lengthBytes);
        Bytes.put32(to, off + 4, senderSsrc);
        Bytes.put32(to, off + 8, mediaSsrc);
        return lengthBytes;
    }

    private static void writeHeader(MemorySegment to, long off, int countOrFormat, int type, int lengthBytes) {
        Bytes.put32(to, off, (long) (0x80 | countOrFormat) << 24 | type << 16 | lengthBytes / 4 - 1);
    }
}
