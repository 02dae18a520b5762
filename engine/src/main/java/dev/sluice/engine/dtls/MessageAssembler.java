package dev.sluice.engine.dtls;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Puts one handshake message together from its fragments, in any order, overlapping or repeated (RFC 6347 section 4.2.3), in
 * time linear in the bytes that come and memory linear in the message's length. Confined to one media loop.
 *
 * <p>The bytes lie where the record made of them will have them:
 *
 * <pre>
 *  0            13                25
 *  | record head | handshake head | body …
 * </pre>
 */
final class MessageAssembler {
    static final int RECORD_HEADER_BYTES = 13;
    static final int MESSAGE_HEADER_BYTES = 12;
    private static final int HEADERS_BYTES = RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES;
    private static final byte[] NONE = {};

    private final BitSet present = new BitSet();
    private byte[] record = NONE;
    private int lengthBytes = -1;

    /**
     * Adds one fragment; the caller has checked that it lies within the message. A fragment that says another length than
     * those before starts the message anew: of two that contradict each other the later one is the likelier resend.
     */
    void add(int messageLengthBytes, int fragmentOffset, MemorySegment from, long offset, int fragmentBytes) {
        if (messageLengthBytes != lengthBytes) {
            lengthBytes = messageLengthBytes;
            present.clear();
            // Kept when large enough: fragments that keep changing the length must not cost an allocation each.
            if (record.length < HEADERS_BYTES + messageLengthBytes) {
                record = new byte[HEADERS_BYTES + messageLengthBytes];
            }
        }
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, record, HEADERS_BYTES + fragmentOffset, fragmentBytes);
        present.set(fragmentOffset, fragmentOffset + fragmentBytes);
    }

    boolean isComplete() {
        return lengthBytes >= 0 && present.nextClearBit(0) >= lengthBytes;
    }

    /** The whole message as one unfragmented plaintext record; forgets it. */
    byte[] take(int type, int messageSequence, long recordSequence) {
        byte[] taken = record.length == HEADERS_BYTES + lengthBytes
                ? record
                : Arrays.copyOf(record, HEADERS_BYTES + lengthBytes);
        writeRecordHeader(taken, DtlsFilter.HANDSHAKE, recordSequence);
        taken[13] = (byte) type;
        put24(taken, 14, lengthBytes);
        put16(taken, 17, messageSequence);
        put24(taken, 19, 0);
        put24(taken, 22, lengthBytes);
        reset();
        return taken;
    }

    void reset() {
        record = NONE;
        lengthBytes = -1;
        present.clear();
    }

    /** Head of a DTLS 1.2 record of epoch 0 around everything behind it. */
    static void writeRecordHeader(byte[] record, int contentType, long sequence) {
        record[0] = (byte) contentType;
        put16(record, 1, DtlsFilter.DTLS_1_2);
        put16(record, 3, 0);
        put24(record, 5, (int) (sequence >> 24));
        put24(record, 8, (int) sequence);
        put16(record, 11, record.length - RECORD_HEADER_BYTES);
    }

    private static void put24(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 16);
        put16(to, at + 1, value);
    }

    private static void put16(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 8);
        to[at + 1] = (byte) value;
    }
}
