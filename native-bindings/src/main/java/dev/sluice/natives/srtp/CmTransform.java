package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.PacketLayout.E_FLAG;
import static dev.sluice.natives.srtp.PacketLayout.INT;
import static dev.sluice.natives.srtp.PacketLayout.LONG;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_HEADER_LENGTH_BYTES;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_INDEX_LENGTH_BYTES;
import static dev.sluice.natives.srtp.PacketLayout.SHORT;

import dev.sluice.natives.crypto.AesCtr;
import dev.sluice.natives.crypto.CryptoBackend;
import dev.sluice.natives.crypto.HmacSha1;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** AES_CM_128_HMAC_SHA1_80 and _32 (RFC 3711 sections 4.1.1 and 4.2.1). Confined to one thread. */
final class CmTransform implements SrtpTransform {
    private static final int KEY_LENGTH_BYTES = 16;
    private static final int AUTHENTICATION_KEY_LENGTH_BYTES = 20;
    private static final int SALT_LENGTH_BYTES = 14;
    private static final int LONG_TAG_LENGTH_BYTES = 10;

    private final Keyed rtp;
    private final Keyed rtcp;

    /** @param rtpTagLengthBytes 10 or 4; RTCP always has 10 */
    CmTransform(CryptoBackend crypto, KeyDerivation keys, int rtpTagLengthBytes) {
        rtp = new Keyed(
                keys.derive(KeyDerivation.RTP_KEY, KEY_LENGTH_BYTES, crypto::aesCtr),
                keys.derive(KeyDerivation.RTP_AUTHENTICATION, AUTHENTICATION_KEY_LENGTH_BYTES, crypto::hmacSha1),
                keys.derive(KeyDerivation.RTP_SALT, SALT_LENGTH_BYTES, CmTransform::padded),
                rtpTagLengthBytes == LONG_TAG_LENGTH_BYTES);
        rtcp = new Keyed(
                keys.derive(KeyDerivation.RTCP_KEY, KEY_LENGTH_BYTES, crypto::aesCtr),
                keys.derive(KeyDerivation.RTCP_AUTHENTICATION, AUTHENTICATION_KEY_LENGTH_BYTES, crypto::hmacSha1),
                keys.derive(KeyDerivation.RTCP_SALT, SALT_LENGTH_BYTES, CmTransform::padded),
                true);
    }

    private static ByteBuffer padded(byte[] salt) {
        return ByteBuffer.wrap(Arrays.copyOf(salt, 2 * Long.BYTES));
    }

    @Override
    public boolean sealRtp(
            MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index) {
        if (!rtp.xor(packet, offset + headerLengthBytes, lengthBytes - headerLengthBytes, ssrc, index)) {
            return false;
        }
        signWithRollover(packet, offset, lengthBytes, index);
        rtp.writeTag(packet, offset + lengthBytes);
        return true;
    }

    @Override
    public boolean openRtp(
            MemorySegment packet, long offset, int headerLengthBytes, int lengthBytes, int ssrc, long index) {
        rtp.readTag(packet, offset + lengthBytes);
        signWithRollover(packet, offset, lengthBytes, index);
        return rtp.tagMatches()
                && rtp.xor(packet, offset + headerLengthBytes, lengthBytes - headerLengthBytes, ssrc, index);
    }

    /**
     * The code covers the packet and the rollover counter behind it (RFC 3711 section 4.2). It is put where the tag
     * lies or will lie, so that one call hashes all.
     */
    private void signWithRollover(MemorySegment packet, long offset, int lengthBytes, long index) {
        packet.set(INT, offset + lengthBytes, (int) (index >>> 16));
        rtp.hmac.compute(packet, offset, lengthBytes + Integer.BYTES);
    }

    @Override
    public boolean sealRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        if (!rtcp.xor(packet, offset + RTCP_HEADER_LENGTH_BYTES, lengthBytes - RTCP_HEADER_LENGTH_BYTES, ssrc, index)) {
            return false;
        }
        packet.set(INT, offset + lengthBytes, E_FLAG | index);
        rtcp.hmac.compute(packet, offset, lengthBytes + RTCP_INDEX_LENGTH_BYTES);
        rtcp.writeTag(packet, offset + lengthBytes + RTCP_INDEX_LENGTH_BYTES);
        return true;
    }

    @Override
    public boolean openRtcp(MemorySegment packet, long offset, int lengthBytes, int ssrc, int index) {
        rtcp.readTag(packet, offset + lengthBytes + RTCP_INDEX_LENGTH_BYTES);
        rtcp.hmac.compute(packet, offset, lengthBytes + RTCP_INDEX_LENGTH_BYTES);
        return rtcp.tagMatches()
                && rtcp.xor(
                        packet, offset + RTCP_HEADER_LENGTH_BYTES, lengthBytes - RTCP_HEADER_LENGTH_BYTES, ssrc, index);
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }

    /**
     * Cipher, salt, code and the tag last read, of RTP or RTCP. The counter of a packet's first block (RFC 3711 section
     * 4.1.1):
     *
     * <pre>| 0, 4 bytes | SSRC, 4 | index, 6 | block, 2 |  xor  salt, 14 bytes</pre>
     */
    private static final class Keyed {
        final HmacSha1 hmac;
        private final AesCtr cipher;
        private final long saltHigh;
        private final long saltLow;
        private final boolean longTag;
        private long tagHigh;
        private short tagLow;

        Keyed(AesCtr cipher, HmacSha1 hmac, ByteBuffer salt, boolean longTag) {
            this.cipher = cipher;
            this.hmac = hmac;
            this.longTag = longTag;
            saltHigh = salt.getLong();
            saltLow = salt.getLong();
        }

        boolean xor(MemorySegment packet, long offset, int lengthBytes, int ssrc, long index) {
            return cipher.xor(
                    saltHigh ^ Integer.toUnsignedLong(ssrc), saltLow ^ index << 16, packet, offset, lengthBytes);
        }

        void writeTag(MemorySegment packet, long offset) {
            if (longTag) {
                packet.set(LONG, offset, hmac.first64());
                packet.set(SHORT, offset + Long.BYTES, (short) (hmac.next32() >>> 16));
            } else {
                packet.set(INT, offset, (int) (hmac.first64() >>> 32));
            }
        }

        void readTag(MemorySegment packet, long offset) {
            if (longTag) {
                tagHigh = packet.get(LONG, offset);
                tagLow = packet.get(SHORT, offset + Long.BYTES);
            } else {
                tagHigh = packet.get(INT, offset);
            }
        }

        /** In constant time: two words are compared, not bytes up to the first difference. */
        boolean tagMatches() {
            if (longTag) {
                return (tagHigh ^ hmac.first64() | tagLow ^ (short) (hmac.next32() >>> 16)) == 0;
            }
            return (int) tagHigh == (int) (hmac.first64() >>> 32);
        }

        void close() {
            cipher.close();
            hmac.close();
        }
    }
}
