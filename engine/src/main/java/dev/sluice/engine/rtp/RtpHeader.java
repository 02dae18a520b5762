package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;

/**
 * View of one RTP packet (RFC 3550 section 5.1) and its header extension (RFC 8285), laid over the bytes it was parsed
 * from. Reusable; the bytes stay the caller's and must not move while the view is read. Confined to one media loop.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |                             SSRC                              |
 * |                       CSRC, CC words …                        |
 * |      profile (if X)           |     extension length, words   |
 * |               extension elements … payload … padding          |
 * </pre>
 */
public final class RtpHeader {
    public static final int FIXED_BYTES = 12;
    /** RFC 8285 section 4.2: elements with one byte of head. */
    static final int ONE_BYTE_PROFILE = 0xbede;
    /** RFC 8285 section 4.3: elements with two bytes of head; the low four bits are the application's. */
    static final int TWO_BYTE_PROFILE = 0x1000;

    /** No element of the one-byte form has this id: it and what follows must be ignored (RFC 8285 section 4.2). */
    private static final int ONE_BYTE_STOP_ID = 15;

    private MemorySegment segment = MemorySegment.NULL;
    private long offset;
    private int lengthBytes;
    private int firstWord;
    private long extensionOffset;
    private int extensionLength;
    private int extensionProfile;
    private long payloadOffset;
    private int payloadLength;
    private int paddingLength;

    private long nextElement;
    private int elementId;
    private long elementOffset;
    private int elementLength;

    /**
     * Lays this view over a packet.
     *
     * @return 0, or the code of {@link DropReason#RTP_MALFORMED} when the version is not 2 or the CSRC list, the
     *     extension or the padding do not fit into the packet; the view is then not to be read
     */
    public int parse(MemorySegment s, long off, int len) {
        if (len < FIXED_BYTES || Bytes.u8(s, off) >>> 6 != 2) {
            return DropReason.RTP_MALFORMED.code();
        }
        segment = s;
        offset = off;
        lengthBytes = len;
        firstWord = Bytes.i32(s, off);
        int at = FIXED_BYTES + 4 * (firstWord >>> 24 & 0x0f);
        extensionLength = 0;
        extensionProfile = 0;
        if ((firstWord & 0x1000_0000) != 0) {
            if (at + 4 > len) {
                return DropReason.RTP_MALFORMED.code();
            }
            extensionProfile = Bytes.u16(s, off + at);
            extensionLength = 4 * Bytes.u16(s, off + at + 2);
            at += 4;
        }
        extensionOffset = off + at;
        at += extensionLength;
        paddingLength = 0;
        if ((firstWord & 0x2000_0000) != 0) {
            paddingLength = Bytes.u8(s, off + len - 1);
            if (paddingLength == 0) {
                return DropReason.RTP_MALFORMED.code();
            }
        }
        payloadOffset = off + at;
        payloadLength = len - at - paddingLength;
        return payloadLength < 0 ? DropReason.RTP_MALFORMED.code() : 0;
    }

    public MemorySegment segment() {
        return segment;
    }

    public long offset() {
        return offset;
    }

    public int lengthBytes() {
        return lengthBytes;
    }

    public boolean marker() {
        return (firstWord & 0x0080_0000) != 0;
    }

    public int payloadType() {
        return firstWord >>> 16 & 0x7f;
    }

    public int sequenceNumber() {
        return firstWord & 0xffff;
    }

    public long timestamp() {
        return Bytes.u32(segment, offset + 4);
    }

    public long ssrc() {
        return Bytes.u32(segment, offset + 8);
    }

    /** Place of the payload in the segment. */
    public long payloadOffset() {
        return payloadOffset;
    }

    /** Bytes of payload, padding excluded; 0 in a packet that is padding only. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Bytes of padding, its count byte included; 0 without padding. */
    public int paddingLength() {
        return paddingLength;
    }

    /** The extension's 16-bit profile; 0 without an extension. */
    public int extensionProfile() {
        return extensionProfile;
    }

    /** Place of the extension's first element in the segment. */
    public long extensionOffset() {
        return extensionOffset;
    }

    public int extensionLength() {
        return extensionLength;
    }

    /**
     * Looks for the extension element with this id, in the one-byte or the two-byte form.
     *
     * @return the place of its data in the segment, its length then in {@link #elementLength()}; −1 when it is not there
     */
    public long extension(int id) {
        rewindElements();
        while (nextElement()) {
            if (elementId == id) {
                return elementOffset;
            }
        }
        return -1;
    }

    /** Puts {@link #nextElement()} before the first element. */
    public void rewindElements() {
        nextElement = extensionOffset;
    }

    /**
     * Steps to the next extension element. One that would run over the extension's end ends the walk: what came before
     * it stays usable, as in libwebrtc.
     */
    public boolean nextElement() {
        if (extensionProfile == ONE_BYTE_PROFILE) {
            return nextOneByteElement();
        }
        return (extensionProfile & 0xfff0) == TWO_BYTE_PROFILE && nextTwoByteElement();
    }

    public int elementId() {
        return elementId;
    }

    /** Place of the element's data in the segment. */
    public long elementOffset() {
        return elementOffset;
    }

    public int elementLength() {
        return elementLength;
    }

    private boolean nextOneByteElement() {
        long end = extensionOffset + extensionLength;
        nextElement = skipPadding(end);
        if (nextElement == end) {
            return false;
        }
        int head = Bytes.u8(segment, nextElement);
        int id = head >>> 4;
        // Id 0 with a length is neither padding nor an element; libwebrtc stops there as well.
        return id != 0 && id != ONE_BYTE_STOP_ID && takeElement(id, nextElement + 1, (head & 0x0f) + 1, end);
    }

    private boolean nextTwoByteElement() {
        long end = extensionOffset + extensionLength;
        nextElement = skipPadding(end);
        return nextElement + 2 <= end
                && takeElement(
                        Bytes.u8(segment, nextElement), nextElement + 2, Bytes.u8(segment, nextElement + 1), end);
    }

    /** Zero bytes between elements are padding in both forms. */
    private long skipPadding(long end) {
        long at = nextElement;
        while (at < end && Bytes.u8(segment, at) == 0) {
            at++;
        }
        return at;
    }

    private boolean takeElement(int id, long dataOffset, int dataLength, long end) {
        if (dataOffset + dataLength > end) {
            nextElement = end;
            return false;
        }
        elementId = id;
        elementOffset = dataOffset;
        elementLength = dataLength;
        nextElement = dataOffset + dataLength;
        return true;
    }
}
