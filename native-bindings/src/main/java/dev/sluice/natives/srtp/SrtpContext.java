package dev.sluice.natives.srtp;

import java.lang.foreign.MemorySegment;

/**
 * The SRTP state of one direction of one peer: keys, rollover counters and replay windows of at most
 * {@link #MAX_SSRCS} SSRCs. Confined to one thread.
 *
 * <p>A further SSRC that is received takes the place of the one silent longest, which is refused as replayed from then
 * on: a publisher may have a new SSRC for each camera it turns to. A further one to be sent is refused, since losing an
 * index there could use a keystream twice.
 *
 * <p>All four packet methods work in place on native (off-heap) memory, never throw on what the bytes say, and return
 * the new length in bytes or one of the negative codes. After a negative code the packet's bytes are undefined and
 * must not be parsed. An SSRC takes a place only once a packet of it was authenticated (RFC 3711 section 3.3).
 */
public interface SrtpContext extends AutoCloseable {

    /** The tag did not match (RFC 3711 section 3.3, RFC 7714 section 7). */
    int AUTHENTICATION_FAILED = -1;
    /** The index was seen before (RFC 3711 section 3.3.2). */
    int REPLAYED = -2;
    /** The index is older than the replay window of {@link #REPLAY_WINDOW} packets. */
    int TOO_OLD = -3;
    /** Too short, or lengths inside contradict each other. */
    int MALFORMED = -4;
    /** A new SSRC to be sent when {@link #MAX_SSRCS} are known, or one more received after very many. */
    int TOO_MANY_SSRCS = -5;
    /** The room given is too small for the tag. */
    int NO_ROOM = -6;
    /** The 48-bit (SRTCP: 31-bit) index space of the key is used up, or the library failed. */
    int FAILED = -7;

    int MAX_SSRCS = 32;
    int REPLAY_WINDOW = 128;
    /** Most bytes that protecting adds: GCM tag and SRTCP index. */
    int MAX_OVERHEAD_BYTES = 20;

    /**
     * Encrypts and tags one RTP packet in place. The rollover counter follows the sequence numbers as they are given.
     *
     * @param packet native memory
     * @param offset where the packet starts
     * @param lengthBytes of the plain packet
     * @param roomBytes bytes usable from {@code offset} on, tag included
     */
    int protectRtp(MemorySegment packet, long offset, int lengthBytes, int roomBytes);

    /** Checks, decrypts and strips one SRTP packet in place. */
    int unprotectRtp(MemorySegment packet, long offset, int lengthBytes);

    /**
     * Encrypts and tags one compound RTCP packet in place, with the E flag set and an index counted from 1 for each
     * SSRC; parameters as in {@link #protectRtp}.
     */
    int protectRtcp(MemorySegment packet, long offset, int lengthBytes, int roomBytes);

    /**
     * Checks, decrypts and strips one SRTCP packet in place. One without the E flag counts as not authentic: all our
     * profiles encrypt RTCP too (RFC 5764 section 4.1.2).
     */
    int unprotectRtcp(MemorySegment packet, long offset, int lengthBytes);

    /** Wipes the keys and frees native memory. Idempotent. */
    @Override
    void close();
}
