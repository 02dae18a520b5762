package dev.sluice.natives.crypto;

import java.lang.foreign.MemorySegment;

/** AES in counter mode (NIST SP 800-38A section 6.5). Confined to one thread. */
public interface AesCtr extends AutoCloseable {

    /**
     * Encrypts or decrypts in place, beginning with this 128-bit counter.
     *
     * @return false when the library failed
     */
    boolean xor(long counterHigh, long counterLow, MemorySegment data, long offset, int lengthBytes);

    /** Wipes the key. */
    @Override
    void close();
}
