package dev.sluice.natives.crypto;

import static dev.sluice.natives.crypto.OpensslBackend.LIB;

import java.lang.foreign.MemorySegment;

/** AES-GCM over EVP. Confined to one thread. */
final class OpensslAesGcm implements AesGcm {
    private static final int EVP_CTRL_AEAD_GET_TAG = 0x10;
    private static final int EVP_CTRL_AEAD_SET_TAG = 0x11;

    private final OpensslCipher cipher;

    OpensslAesGcm(byte[] key, boolean encrypt) {
        cipher = new OpensslCipher(key.length == 16 ? LIB.aes128Gcm() : LIB.aes256Gcm(), key, encrypt);
    }

    @Override
    public boolean start(int ivHigh, long ivLow) {
        return cipher.start(ivHigh, ivLow);
    }

    @Override
    public boolean authenticate(MemorySegment data, long offset, int lengthBytes) {
        return cipher.update(0, data.address() + offset, lengthBytes);
    }

    @Override
    public boolean seal(MemorySegment data, long offset, int lengthBytes) {
        long address = data.address() + offset;
        return cipher.update(address, address, lengthBytes)
                && cipher.finish()
                && cipher.control(EVP_CTRL_AEAD_GET_TAG, TAG_LENGTH_BYTES, address + lengthBytes);
    }

    @Override
    public boolean open(MemorySegment data, long offset, int lengthBytes) {
        long address = data.address() + offset;
        return cipher.update(address, address, lengthBytes)
                && cipher.control(EVP_CTRL_AEAD_SET_TAG, TAG_LENGTH_BYTES, address + lengthBytes)
                && cipher.finish();
    }

    @Override
    public void close() {
        cipher.close();
    }
}
