package dev.sluice.engine.dtls;

import static dev.sluice.engine.dtls.MessageAssembler.RECORD_HEADER_BYTES;

import dev.sluice.natives.crypto.AesGcm;
import dev.sluice.natives.crypto.CryptoBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsContext;

/**
 * Reads what a client may still send once the handshake is complete: its Finished once more, or an alert. It needs the
 * client's key only, so nothing of Bouncy Castle's stays with a connected peer (8 KB each). Confined to one media loop.
 *
 * <pre>
 * record under AES-GCM (RFC 6347 section 4.1, RFC 5288 section 3):
 *   0 type   1 version   3 epoch   5 sequence   11 length   13 explicit nonce, 8 bytes   21 ciphertext, then tag, 16 bytes
 * key block (RFC 5246 section 6.3): client key, server key, client salt, server salt
 * </pre>
 */
final class ConnectedRecords {
    /** Forged, seen before, or nothing to act on. */
    static final int NOTHING = -1;
    /** The client did not get our last flight (RFC 6347 section 4.2.4). */
    static final int FINISHED_AGAIN = -2;

    private static final int SALT_BYTES = 4;
    private static final int NONCE_BYTES = 8;
    private static final int SEQUENCE_AT = 3;
    private static final int ADDITIONAL_BYTES = 13;
    private static final int ALERT_BYTES = 2;

    private final CryptoBackend backend;
    private final byte[] clientKey;
    private final int clientSalt;
    /** Epoch and sequence number of the newest authentic record; the handshake's Finished was the first of its epoch. */
    private long newestSequence = 1L << 48;

    private ConnectedRecords(CryptoBackend backend, byte[] clientKey, int clientSalt) {
        this.backend = backend;
        this.clientKey = clientKey;
        this.clientSalt = clientSalt;
    }

    /** To be called from notifyHandshakeComplete, where the master secret still is. */
    static ConnectedRecords of(TlsContext context, CryptoBackend backend) {
        SecurityParameters parameters = context.getSecurityParametersConnection();
        byte[] clientRandom = parameters.getClientRandom();
        byte[] serverRandom = parameters.getServerRandom();
        byte[] seed = Arrays.copyOf(serverRandom, serverRandom.length + clientRandom.length);
        System.arraycopy(clientRandom, 0, seed, serverRandom.length, clientRandom.length);
        int keyBytes = parameters.getCipherSuite() == CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 ? 32 : 16;
        byte[] block = parameters
                .getMasterSecret()
                .deriveUsingPRF(
                        parameters.getPRFAlgorithm(), ExporterLabel.key_expansion, seed, 2 * (keyBytes + SALT_BYTES))
                .extract();
        byte[] key = Arrays.copyOf(block, keyBytes);
        int salt = ByteBuffer.wrap(block).getInt(2 * keyBytes);
        Arrays.fill(block, (byte) 0);
        return new ConnectedRecords(backend, key, salt);
    }

    /**
     * One whole record; of epoch 0 nothing counts any more, and of epoch 1 only what is newer than all before.
     *
     * @return {@link #NOTHING}, {@link #FINISHED_AGAIN}, or the description of an alert that ends the connection
     */
    int read(byte[] record) {
        ByteBuffer in = ByteBuffer.wrap(record);
        int plainBytes = record.length - RECORD_HEADER_BYTES - NONCE_BYTES - AesGcm.TAG_LENGTH_BYTES;
        if (plainBytes < 1 || in.getLong(SEQUENCE_AT) <= newestSequence) {
            return NOTHING;
        }
        byte[] plain = open(in, plainBytes);
        if (plain == null) {
            return NOTHING;
        }
        newestSequence = in.getLong(SEQUENCE_AT);
        if (record[0] == DtlsFilter.HANDSHAKE) {
            return FINISHED_AGAIN;
        }
        boolean ends = record[0] == DtlsFilter.ALERT
                && plainBytes == ALERT_BYTES
                && (plain[0] == AlertLevel.fatal || plain[1] == AlertDescription.close_notify);
        return ends ? plain[1] & 0xff : NOTHING;
    }

    /** Null when it is not authentic. */
    private byte[] open(ByteBuffer record, int plainBytes) {
        byte[] additional = ByteBuffer.allocate(ADDITIONAL_BYTES)
                .putLong(record.getLong(SEQUENCE_AT))
                .put(record.get(0))
                .putShort(record.getShort(1))
                .putShort((short) plainBytes)
                .array();
        int textAt = RECORD_HEADER_BYTES + NONCE_BYTES;
        try (AesGcm cipher = backend.aesGcm(clientKey, false);
                Arena arena = Arena.ofConfined()) {
            MemorySegment clear = arena.allocateFrom(ValueLayout.JAVA_BYTE, additional);
            MemorySegment text = arena.allocate(record.capacity() - (long) textAt);
            MemorySegment.copy(MemorySegment.ofArray(record.array()), textAt, text, 0, text.byteSize());
            boolean authentic = cipher.start(clientSalt, record.getLong(RECORD_HEADER_BYTES))
                    && cipher.authenticate(clear, 0, additional.length)
                    && cipher.open(text, 0, plainBytes);
            return authentic ? text.asSlice(0, plainBytes).toArray(ValueLayout.JAVA_BYTE) : null;
        }
    }

    /** Overwrites the key. */
    void wipe() {
        Arrays.fill(clientKey, (byte) 0);
    }
}
