package dev.sluice.natives.crypto;

import java.lang.foreign.MemorySegment;

/** HMAC-SHA1 (RFC 2104), cut to its first 96 bits: no SRTP profile uses more. Confined to one thread. */
public interface HmacSha1 extends AutoCloseable {

    /** Computes the code of the message, to be read by {@link #first64} and {@link #next32}. */
    void compute(MemorySegment data, long offset, int lengthBytes);

    /** The first 64 bits of the last code, big-endian. */
    long first64();

    /** The 32 bits after {@link #first64}. */
    int next32();

    /** Wipes the key. */
    @Override
    void close();
}
