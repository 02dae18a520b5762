package dev.sluice.natives.crypto;

import static dev.sluice.natives.crypto.OpensslBackend.LIB;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * AES-GCM over EVP. Confined to one thread.
 *
 * <p>The tag is asked for by a parameter that is ready: EVP_CTRL_AEAD_GET_TAG makes one for each call, which takes 20 ns
 * more of 450 for a packet of 1,200 bytes. Memory, {@code OSSL_PARAM[2]}, the second of which ends the array:
 *
 * <pre>| name, a pointer | type, an int | padding, 4 bytes | data, a pointer | length of data | length returned | 0, 40 bytes |</pre>
 */
final class OpensslAesGcm extends OpensslCipher implements AesGcm {
    private static final int EVP_CTRL_AEAD_SET_TAG = 0x11;
    private static final int PARAM_LENGTH_BYTES = 40;
    private static final long TYPE_OFFSET = 8;
    private static final long DATA_OFFSET = 16;
    private static final long DATA_LENGTH_OFFSET = 24;
    private static final int OSSL_PARAM_OCTET_STRING = 5;
    private static final MemorySegment TAG = Arena.global().allocateFrom("tag");

    OpensslAesGcm(byte[] key, boolean encrypt) {
        super(key.length == 16 ? LIB.aes128Gcm() : LIB.aes256Gcm(), key, encrypt, 2 * PARAM_LENGTH_BYTES);
        MEMORY.set(ValueLayout.JAVA_LONG, own(), TAG.address());
        MEMORY.set(ValueLayout.JAVA_INT, own() + TYPE_OFFSET, OSSL_PARAM_OCTET_STRING);
        MEMORY.set(ValueLayout.JAVA_LONG, own() + DATA_LENGTH_OFFSET, TAG_LENGTH_BYTES);
    }

    @Override
    public boolean authenticate(MemorySegment data, long offset, int lengthBytes) {
        return update(0, data.address() + offset, lengthBytes);
    }

    @Override
    public boolean seal(MemorySegment data, long offset, int lengthBytes) {
        long address = data.address() + offset;
        MEMORY.set(ValueLayout.JAVA_LONG, own() + DATA_OFFSET, address + lengthBytes);
        return update(address, address, lengthBytes) && finish() && params(own());
    }

    @Override
    public boolean open(MemorySegment data, long offset, int lengthBytes) {
        long address = data.address() + offset;
        return update(address, address, lengthBytes)
                && control(EVP_CTRL_AEAD_SET_TAG, TAG_LENGTH_BYTES, address + lengthBytes)
                && finish();
    }
}
