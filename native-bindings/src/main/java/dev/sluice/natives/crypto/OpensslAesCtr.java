package dev.sluice.natives.crypto;

import static dev.sluice.natives.crypto.OpensslBackend.LIB;

import java.lang.foreign.MemorySegment;

/** AES-CTR over EVP. Confined to one thread. */
final class OpensslAesCtr implements AesCtr {
    private final OpensslCipher cipher;

    OpensslAesCtr(byte[] key) {
        cipher = new OpensslCipher(key.length == 16 ? LIB.aes128Ctr() : LIB.aes256Ctr(), key, true);
    }

    @Override
    public boolean xor(long counterHigh, long counterLow, MemorySegment data, long offset, int lengthBytes) {
        long address = data.address() + offset;
        return cipher.start(counterHigh, counterLow) && cipher.update(address, address, lengthBytes);
    }

    @Override
    public void close() {
        cipher.close();
    }
}
