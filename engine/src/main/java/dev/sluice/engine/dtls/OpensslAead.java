package dev.sluice.engine.dtls;

import dev.sluice.natives.crypto.AesGcm;
import dev.sluice.natives.crypto.CryptoBackend;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;

/**
 * AES-GCM of DTLS records in one direction by libcrypto (RFC 5288). A connection has two or three records, and Bouncy
 * Castle never says that it is over: so nothing but the key is kept, and each record has a cipher of its own. Confined to
 * one thread at a time.
 */
final class OpensslAead implements TlsAEADCipherImpl {
    private final CryptoBackend backend;
    private final boolean encrypt;
    private byte[] key;
    private byte[] nonce;

    OpensslAead(CryptoBackend backend, boolean encrypt) {
        this.backend = backend;
        this.encrypt = encrypt;
    }

    @Override
    public void setKey(byte[] from, int offset, int lengthBytes) {
        key = Arrays.copyOfRange(from, offset, offset + lengthBytes);
    }

    @Override
    public void init(byte[] nonce, int tagLengthBytes) {
        this.nonce = nonce.clone();
    }

    @Override
    public int getOutputSize(int inputLengthBytes) {
        return encrypt ? inputLengthBytes + AesGcm.TAG_LENGTH_BYTES : inputLengthBytes - AesGcm.TAG_LENGTH_BYTES;
    }

    @Override
    public int doFinal(byte[] additional, byte[] in, int inOffset, int inBytes, byte[] out, int outOffset)
            throws IOException {
        int outBytes = getOutputSize(inBytes);
        if (outBytes < 0) {
            throw new TlsFatalAlert(AlertDescription.decode_error);
        }
        try (AesGcm cipher = backend.aesGcm(key, encrypt);
                Arena arena = Arena.ofConfined()) {
            MemorySegment clear = arena.allocateFrom(ValueLayout.JAVA_BYTE, additional);
            MemorySegment text = arena.allocate(Math.max(inBytes, outBytes));
            MemorySegment.copy(in, inOffset, text, ValueLayout.JAVA_BYTE, 0, inBytes);
            ByteBuffer iv = ByteBuffer.wrap(nonce);
            boolean done = cipher.start(iv.getInt(), iv.getLong())
                    && cipher.authenticate(clear, 0, additional.length)
                    && (encrypt ? cipher.seal(text, 0, inBytes) : cipher.open(text, 0, outBytes));
            if (!done) {
                throw new TlsFatalAlert(AlertDescription.bad_record_mac);
            }
            MemorySegment.copy(text, ValueLayout.JAVA_BYTE, 0, out, outOffset, outBytes);
            return outBytes;
        }
    }
}
