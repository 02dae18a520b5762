package dev.sluice.natives.srtp;

import java.lang.foreign.MemorySegment;

/**
 * The cryptography of one direction under one set of session keys, without any state about packets. Confined to one
 * thread.
 *
 * <p>{@code lengthBytes} is always that of the plain packet; tag and SRTCP index lie behind it, room for them is the
 * caller's to check. Each method works in place and returns false when the library failed or the tag does not match.
 */
interface SrtpTransform extends AutoCloseable {

    /** @param index 48-bit packet index */
    boolean sealRtp(MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index);

    boolean openRtp(MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index);

    /** Sets the E flag and writes the index too. */
    boolean sealRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index);

    boolean openRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index);

    /** Wipes the keys. */
    @Override
    void close();
}
