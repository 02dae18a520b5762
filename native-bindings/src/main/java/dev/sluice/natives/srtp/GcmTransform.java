package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.PacketLayout.E_FLAG;
import static dev.sluice.natives.srtp.PacketLayout.INT;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_HEADER_LENGTH_BYTES;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_INDEX_LENGTH_BYTES;

import dev.sluice.natives.crypto.AesGcm;
import dev.sluice.natives.crypto.CryptoBackend;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714). Confined to one thread.
 *
 * <p>The IV of a packet (RFC 7714 sections 8.1 and 9.1). RTP's rollover counter and sequence number are the 48-bit index,
 * and RTCP's 31-bit index lies in the same place: one layout for both.
 *
 * <pre>| 0, 2 bytes | SSRC, 4 | index, 6 |  xor  salt, 12 bytes</pre>
 */
final class GcmTransform implements SrtpTransform {
    private static final int SALT_LENGTH_BYTES = 12;

    private final AesGcm rtp;
    private final AesGcm rtcp;
    // The salts as words of an IV, here and not in objects of their own: each would be one more cache line for a
    // packet.
    private final int rtpSaltHigh;
    private final int rtcpSaltHigh;
    private final long rtpSaltLow;
    private final long rtcpSaltLow;

    GcmTransform(CryptoBackend crypto, KeyDerivation keys, int keyLengthBytes, boolean outbound) {
        rtp = keys.derive(KeyDerivation.RTP_KEY, keyLengthBytes, key -> crypto.aesGcm(key, outbound));
        rtcp = keys.derive(KeyDerivation.RTCP_KEY, keyLengthBytes, key -> crypto.aesGcm(key, outbound));
        ByteBuffer salt = keys.derive(KeyDerivation.RTP_SALT, SALT_LENGTH_BYTES, GcmTransform::copy);
        rtpSaltHigh = salt.getInt();
        rtpSaltLow = salt.getLong();
        salt = keys.derive(KeyDerivation.RTCP_SALT, SALT_LENGTH_BYTES, GcmTransform::copy);
        rtcpSaltHigh = salt.getInt();
        rtcpSaltLow = salt.getLong();
    }

    private static ByteBuffer copy(byte[] salt) {
        return ByteBuffer.wrap(salt.clone());
    }

    @Override
    public boolean sealRtp(
            MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index) {
        return startRtp(ssrc, index)
                && rtp.authenticate(packet, offset, headerLengthBytes)
                && rtp.seal(packet, offset + headerLengthBytes, lengthBytes - headerLengthBytes);
    }

    @Override
    public boolean openRtp(
            MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index) {
        return startRtp(ssrc, index)
                && rtp.authenticate(packet, offset, headerLengthBytes)
                && rtp.open(packet, offset + headerLengthBytes, lengthBytes - headerLengthBytes);
    }

    @Override
    public boolean sealRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        packet.set(INT, offset + lengthBytes + AesGcm.TAG_LENGTH_BYTES, E_FLAG | index);
        return startRtcp(packet, offset, lengthBytes, ssrc, index)
                && rtcp.seal(packet, offset + RTCP_HEADER_LENGTH_BYTES, lengthBytes - RTCP_HEADER_LENGTH_BYTES);
    }

    @Override
    public boolean openRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        return startRtcp(packet, offset, lengthBytes, ssrc, index)
                && rtcp.open(packet, offset + RTCP_HEADER_LENGTH_BYTES, lengthBytes - RTCP_HEADER_LENGTH_BYTES);
    }

    private boolean startRtp(int ssrc, long index) {
        return rtp.start(rtpSaltHigh ^ ssrc >>> 16, rtpSaltLow ^ (long) ssrc << 48 ^ index);
    }

    /** The header and the index word behind the tag are what stays clear (RFC 7714 section 9.2). */
    private boolean startRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        long indexOffset = offset + lengthBytes + AesGcm.TAG_LENGTH_BYTES;
        return rtcp.start(rtcpSaltHigh ^ ssrc >>> 16, rtcpSaltLow ^ (long) ssrc << 48 ^ index)
                && rtcp.authenticate(packet, offset, RTCP_HEADER_LENGTH_BYTES)
                && rtcp.authenticate(packet, indexOffset, RTCP_INDEX_LENGTH_BYTES);
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
