package dev.sluice.engine.stun;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;

/**
 * A reusable view of one received STUN message: where its attributes lie and what ICE needs of them (RFC 8489 sections
 * 5 and 14, RFC 8445 section 16.1). Confined to one media loop.
 *
 * <p>It points into the datagram and owns no bytes: valid until the next {@code parse} or until the datagram's memory is
 * reused. Of an attribute that occurs twice the first counts, and nothing behind MESSAGE-INTEGRITY counts but FINGERPRINT
 * (RFC 8489 section 14.5): it would be unauthenticated.
 */
public final class StunMessage {
    /** Unknown attributes we can name in a 420; a request has one if at all. */
    static final int MAX_UNKNOWN = 8;

    /**
     * Comprehension-required attributes below 0x40 that RFC 8489 and RFC 8445 define, one bit each. Those that a request
     * has no use for are ignored (RFC 8489 section 6.3), all others are unknown.
     */
    private static final long KNOWN = 1L << 0x0001 // MAPPED-ADDRESS
            | 1L << Stun.USERNAME
            | 1L << Stun.MESSAGE_INTEGRITY
            | 1L << Stun.ERROR_CODE
            | 1L << Stun.UNKNOWN_ATTRIBUTES
            | 1L << 0x0014 // REALM
            | 1L << 0x0015 // NONCE
            | 1L << 0x001C // MESSAGE-INTEGRITY-SHA256
            | 1L << 0x001D // PASSWORD-ALGORITHM
            | 1L << 0x001E // USERHASH
            | 1L << Stun.XOR_MAPPED_ADDRESS
            | 1L << Stun.PRIORITY
            | 1L << Stun.USE_CANDIDATE;

    private static final int FIRST_OPTIONAL = 0x8000;
    private static final int ROLE_VALUE_BYTES = 8;

    private final int[] unknown = new int[MAX_UNKNOWN];
    private int unknownCount;
    private MemorySegment segment = MemorySegment.NULL;
    private long offset;
    private int lengthBytes;
    private int usernameAt;
    private int usernameBytes;
    private int integrityAt;
    private int fingerprintAt;
    private boolean useCandidate;
    private boolean controlled;

    /**
     * Reads a datagram: 0, or the code of {@code STUN_MALFORMED} when it is not exactly one well-formed message. A
     * FINGERPRINT that is not the last attribute is malformed (RFC 8489 section 14.7).
     */
    public int parse(MemorySegment datagram, long datagramOffset, int datagramBytes) {
        reset(datagram, datagramOffset, datagramBytes);
        if (!Stun.isStun(datagram, datagramOffset, datagramBytes)
                || Bytes.u16(datagram, datagramOffset + 2) != datagramBytes - Stun.HEADER_BYTES
                || (datagramBytes & 3) != 0) {
            return DropReason.STUN_MALFORMED.code();
        }
        int at = Stun.HEADER_BYTES;
        // Every step is a multiple of four, as the length is: there is always a whole attribute header left.
        while (at < datagramBytes) {
            int type = Bytes.u16(datagram, datagramOffset + at);
            int valueBytes = Bytes.u16(datagram, datagramOffset + at + 2);
            int next = at + Stun.ATTRIBUTE_HEADER_BYTES + Stun.paddedBytes(valueBytes);
            if (next > datagramBytes || !onAttribute(type, at, valueBytes, next == datagramBytes)) {
                return DropReason.STUN_MALFORMED.code();
            }
            at = next;
        }
        return 0;
    }

    private void reset(MemorySegment datagram, long datagramOffset, int datagramBytes) {
        segment = datagram;
        offset = datagramOffset;
        lengthBytes = datagramBytes;
        unknownCount = 0;
        usernameAt = -1;
        usernameBytes = 0;
        integrityAt = -1;
        fingerprintAt = -1;
        useCandidate = false;
        controlled = false;
    }

    private boolean onAttribute(int type, int at, int valueBytes, boolean last) {
        if (type == Stun.FINGERPRINT) {
            fingerprintAt = at;
            return last && valueBytes == Stun.FINGERPRINT_VALUE_BYTES;
        }
        if (integrityAt >= 0) {
            return true;
        }
        switch (type) {
            case Stun.USERNAME -> {
                if (usernameAt < 0) {
                    usernameAt = at + Stun.ATTRIBUTE_HEADER_BYTES;
                    usernameBytes = valueBytes;
                }
            }
            case Stun.MESSAGE_INTEGRITY -> {
                integrityAt = at;
                return valueBytes == Stun.INTEGRITY_VALUE_BYTES;
            }
            case Stun.USE_CANDIDATE -> useCandidate = true;
            case Stun.ICE_CONTROLLED -> {
                controlled = true;
                return valueBytes == ROLE_VALUE_BYTES;
            }
            default -> {
                if (isUnknown(type) && unknownCount < MAX_UNKNOWN) {
                    unknown[unknownCount++] = type;
                }
            }
        }
        return true;
    }

    private static boolean isUnknown(int type) {
        return type < FIRST_OPTIONAL && (type >= Long.SIZE || (KNOWN >>> type & 1) == 0);
    }

    public boolean isBindingRequest() {
        return Bytes.u16(segment, offset) == Stun.BINDING_REQUEST;
    }

    public boolean hasIntegrity() {
        return integrityAt >= 0;
    }

    public boolean hasFingerprint() {
        return fingerprintAt >= 0;
    }

    /** USE-CANDIDATE: the sender nominates this pair (RFC 8445 section 8.1.1). */
    public boolean nominates() {
        return useCandidate;
    }

    /** ICE-CONTROLLED: the sender takes itself for the controlled side, which is ours. */
    public boolean isFromControlled() {
        return controlled;
    }

    /** Comprehension-required attributes that we do not know, the first eight of them. */
    public int unknownCount() {
        return unknownCount;
    }

    public int unknownAttribute(int index) {
        return unknown[index];
    }

    public int lengthBytes() {
        return lengthBytes;
    }

    /** Whether the USERNAME is {@code ufrag ":" anything} (RFC 8445 section 7.2.2: the receiver's part comes first). */
    public boolean isForUfrag(byte[] ufrag) {
        if (usernameBytes <= ufrag.length) {
            return false;
        }
        long username = offset + usernameAt;
        for (int i = 0; i < ufrag.length; i++) {
            if (Bytes.u8(segment, username + i) != ufrag[i]) {
                return false;
            }
        }
        return Bytes.u8(segment, username + ufrag.length) == ':';
    }

    MemorySegment segment() {
        return segment;
    }

    long offset() {
        return offset;
    }

    /** Distance of the MESSAGE-INTEGRITY attribute from the message's start, or −1. */
    int integrityAt() {
        return integrityAt;
    }

    int fingerprintAt() {
        return fingerprintAt;
    }
}
