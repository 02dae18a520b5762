package dev.sluice.natives.crypto;

import static dev.sluice.natives.crypto.OpensslBackend.LIB;

import java.lang.foreign.MemorySegment;

/** AES-CTR over EVP. Confined to one thread. */
final class OpensslAesCtr extends OpensslCipher implements AesCtr {

    OpensslAesCtr(byte[] key) {
        super(key.length == 16 ? LIB.aes128Ctr() : LIB.aes256Ctr(), key, true, 0);
    }

    @Override
    public boolean xor(long counterHigh, long counterLow, MemorySegment data, long offset, int lengthBytes) {
        long address = data.address() + offset;
        return start(counterHigh, counterLow) && update(address, address, lengthBytes);
    }
}
