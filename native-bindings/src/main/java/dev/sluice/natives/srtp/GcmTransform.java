package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.PacketLayout.E_FLAG;
import static dev.sluice.natives.srtp.PacketLayout.INT;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_HEADER_LENGTH_BYTES;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_INDEX_LENGTH_BYTES;

import dev.sluice.natives.crypto.AesGcm;
import dev.sluice.natives.crypto.CryptoBackend;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714). Confined to one thread. */
final class GcmTransform implements SrtpTransform {
    private static final int SALT_LENGTH_BYTES = 12;

    private final Salted rtp;
    private final Salted rtcp;

    GcmTransform(CryptoBackend crypto, KeyDerivation keys, int keyLengthBytes, boolean outbound) {
        rtp = new Salted(
                keys.derive(KeyDerivation.RTP_KEY, keyLengthBytes, key -> crypto.aesGcm(key, outbound)),
                keys.derive(KeyDerivation.RTP_SALT, SALT_LENGTH_BYTES, Salt::new));
        rtcp = new Salted(
                keys.derive(KeyDerivation.RTCP_KEY, keyLengthBytes, key -> crypto.aesGcm(key, outbound)),
                keys.derive(KeyDerivation.RTCP_SALT, SALT_LENGTH_BYTES, Salt::new));
    }

    @Override
    public boolean sealRtp(
            MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index) {
        return rtp.start(ssrc, index)
                && rtp.gcm.authenticate(packet, offset, headerLengthBytes)
                && rtp.gcm.seal(packet, offset + headerLengthBytes, lengthBytes - headerLengthBytes);
    }

    @Override
    public boolean openRtp(
            MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index) {
        return rtp.start(ssrc, index)
                && rtp.gcm.authenticate(packet, offset, headerLengthBytes)
                && rtp.gcm.open(packet, offset + headerLengthBytes, lengthBytes - headerLengthBytes);
    }

    @Override
    public boolean sealRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        packet.set(INT, offset + lengthBytes + AesGcm.TAG_LENGTH_BYTES, E_FLAG | index);
        return startRtcp(packet, offset, lengthBytes, ssrc, index)
                && rtcp.gcm.seal(packet, offset + RTCP_HEADER_LENGTH_BYTES, lengthBytes - RTCP_HEADER_LENGTH_BYTES);
    }

    @Override
    public boolean openRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        return startRtcp(packet, offset, lengthBytes, ssrc, index)
                && rtcp.gcm.open(packet, offset + RTCP_HEADER_LENGTH_BYTES, lengthBytes - RTCP_HEADER_LENGTH_BYTES);
    }

    /** The header and the index word behind the tag are what stays clear (RFC 7714 section 9.2). */
    private boolean startRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        long indexOffset = offset + lengthBytes + AesGcm.TAG_LENGTH_BYTES;
        return rtcp.start(ssrc, index)
                && rtcp.gcm.authenticate(packet, offset, RTCP_HEADER_LENGTH_BYTES)
                && rtcp.gcm.authenticate(packet, indexOffset, RTCP_INDEX_LENGTH_BYTES);
    }

    @Override
    public void close() {
        rtp.gcm.close();
        rtcp.gcm.close();
    }

    /**
     * A cipher and the salt that goes into its IVs (RFC 7714 sections 8.1 and 9.1). RTP's rollover counter and sequence
     * number are the 48-bit index, and RTCP's 31-bit index lies in the same place: one layout for both.
     *
     * <pre>| 0, 2 bytes | SSRC, 4 | index, 6 |  xor  salt, 12 bytes</pre>
     */
    private record Salted(AesGcm gcm, Salt salt) {
        boolean start(int ssrc, long index) {
            return gcm.start(salt.high ^ ssrc >>> 16, salt.low ^ (long) ssrc << 48 ^ index);
        }
    }

    /** A salt as the two words of an IV. */
    private record Salt(int high, long low) {
        Salt(byte[] bytes) {
            this(ByteBuffer.wrap(bytes).getInt(), ByteBuffer.wrap(bytes).getLong(Integer.BYTES));
        }
    }
}
