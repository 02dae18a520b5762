package dev.sluice.engine.stun;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.RemoteAddress;
import java.lang.foreign.MemorySegment;

/**
 * Writes answers to Binding requests (RFC 8489 section 6.3). Stateless; thread rule of the arguments.
 *
 * <p>No answer is ever longer than its request, so that nobody can use us to amplify: where the room does not suffice,
 * first FINGERPRINT is left out, then there is no answer (0). What a real ICE client sends always has the room, because
 * its USERNAME, PRIORITY and role are longer than our address or error. Error answers have no reason phrase for the same
 * cause.
 */
public final class StunAnswer {
    public static final int ROLE_CONFLICT = 487;
    public static final int UNKNOWN_ATTRIBUTE = 420;
    /** Longer than any answer. */
    public static final int MAX_BYTES = 96;

    private static final int FAMILY_V4 = 1;
    private static final int FAMILY_V6 = 2;

    private StunAnswer() {}

    /**
     * Writes a success with the source address of the request as XOR-MAPPED-ADDRESS (RFC 8489 section 14.2). Returns its
     * length, or 0 when it would be longer than the request.
     *
     * @param high upper half of the source address, IPv4 v4-mapped
     * @param to memory with room for {@link #MAX_BYTES} or the request's length, whichever is less
     */
    public static int writeSuccess(
            StunMessage request,
            long high,
            long low,
            int port,
            StunAuthenticator authenticator,
            MemorySegment to,
            long offset) {
        boolean v4 = RemoteAddress.isV4(high, low);
        int valueBytes = v4 ? 8 : 20;
        int length = Stun.HEADER_BYTES + Stun.ATTRIBUTE_HEADER_BYTES + valueBytes;
        if (length + Stun.INTEGRITY_BYTES > request.lengthBytes()) {
            return 0;
        }
        writeHeader(request, Stun.BINDING_SUCCESS, to, offset);
        long attribute = offset + Stun.HEADER_BYTES;
        Bytes.put16(to, attribute, Stun.XOR_MAPPED_ADDRESS);
        Bytes.put16(to, attribute + 2, valueBytes);
        Bytes.put16(to, attribute + 4, v4 ? FAMILY_V4 : FAMILY_V6);
        Bytes.put16(to, attribute + 6, port ^ (Stun.MAGIC_COOKIE >>> 16));
        if (v4) {
            Bytes.put32(to, attribute + 8, low ^ Stun.MAGIC_COOKIE);
        } else {
            // The key is cookie and transaction id, which stand side by side in the header just written.
            Bytes.put64(to, attribute + 8, high ^ Bytes.i64(to, offset + 4));
            Bytes.put64(to, attribute + 16, low ^ Bytes.i64(to, offset + 12));
        }
        return seal(request, length, authenticator, to, offset);
    }

    /** Writes 487, Role Conflict (RFC 8445 section 7.3.1.1); length or 0 as {@link #writeSuccess}. */
    public static int writeRoleConflict(
            StunMessage request, StunAuthenticator authenticator, MemorySegment to, long offset) {
        int length = writeError(request, ROLE_CONFLICT, to, offset, 0);
        return length == 0 ? 0 : seal(request, length, authenticator, to, offset);
    }

    /** Writes 420 with UNKNOWN-ATTRIBUTES (RFC 8489 section 6.3.1); length or 0 as {@link #writeSuccess}. */
    public static int writeUnknownAttribute(
            StunMessage request, StunAuthenticator authenticator, MemorySegment to, long offset) {
        int count = request.unknownCount();
        int valueBytes = 2 * count;
        int attributeBytes = Stun.ATTRIBUTE_HEADER_BYTES + Stun.paddedBytes(valueBytes);
        int length = writeError(request, UNKNOWN_ATTRIBUTE, to, offset, attributeBytes);
        if (length == 0) {
            return 0;
        }
        long attribute = offset + length;
        Bytes.put16(to, attribute, Stun.UNKNOWN_ATTRIBUTES);
        Bytes.put16(to, attribute + 2, valueBytes);
        // The padding of an odd count.
        Bytes.put16(to, attribute + attributeBytes - 2, 0);
        for (int i = 0; i < count; i++) {
            Bytes.put16(to, attribute + Stun.ATTRIBUTE_HEADER_BYTES + 2L * i, request.unknownAttribute(i));
        }
        return seal(request, length + attributeBytes, authenticator, to, offset);
    }

    /** Header and ERROR-CODE (RFC 8489 section 14.8), or 0 when they do not fit with {@code moreBytes} of attributes. */
    private static int writeError(StunMessage request, int code, MemorySegment to, long offset, int moreBytes) {
        int length = Stun.HEADER_BYTES + Stun.ATTRIBUTE_HEADER_BYTES + 4;
        if (length + moreBytes + Stun.INTEGRITY_BYTES > request.lengthBytes()) {
            return 0;
        }
        writeHeader(request, Stun.BINDING_ERROR, to, offset);
        long attribute = offset + Stun.HEADER_BYTES;
        Bytes.put16(to, attribute, Stun.ERROR_CODE);
        Bytes.put16(to, attribute + 2, 4);
        Bytes.put32(to, attribute + 4, (code / 100) << 8 | code % 100);
        return length;
    }

    private static void writeHeader(StunMessage request, int type, MemorySegment to, long offset) {
        Bytes.put16(to, offset, type);
        // The length is set by whatever closes the message; cookie and transaction id are the request's.
        Bytes.put16(to, offset + 2, 0);
        Bytes.copy(request.segment(), request.offset() + 4, to, offset + 4, Stun.HEADER_BYTES - 4);
    }

    private static int seal(
            StunMessage request, int length, StunAuthenticator authenticator, MemorySegment to, long offset) {
        int signedBytes = authenticator.appendIntegrity(to, offset, length);
        return signedBytes + Stun.FINGERPRINT_BYTES <= request.lengthBytes()
                ? authenticator.appendFingerprint(to, offset, signedBytes)
                : signedBytes;
    }
}
