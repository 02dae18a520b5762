package dev.sluice.natives.crypto;

import java.lang.foreign.MemorySegment;

/**
 * AES-GCM in one direction with a 96-bit IV and a 128-bit tag (NIST SP 800-38D): {@link #start}, then
 * {@link #authenticate} any number of times, then {@link #seal} or {@link #open}. Confined to one thread.
 *
 * <p>Each step returns false when the library failed.
 */
public interface AesGcm extends AutoCloseable {
    int TAG_LENGTH_BYTES = 16;

    /** The IV is the four bytes of {@code ivHigh} and the eight of {@code ivLow}, big-endian. */
    boolean start(int ivHigh, long ivLow);

    /** Adds bytes that stay clear. */
    boolean authenticate(MemorySegment data, long offset, int lengthBytes);

    /** Encrypts in place and writes the tag behind the data. */
    boolean seal(MemorySegment data, long offset, int lengthBytes);

    /** Decrypts in place; false when the tag behind the data does not match, and then the data are undefined. */
    boolean open(MemorySegment data, long offset, int lengthBytes);

    /** Wipes the key. */
    @Override
    void close();
}
