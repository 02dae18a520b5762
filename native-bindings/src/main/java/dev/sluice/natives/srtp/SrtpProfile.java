package dev.sluice.natives.srtp;

/**
 * The DTLS-SRTP protection profiles Sluice speaks, in its order of choice. Immutable.
 *
 * <p>Identifiers: RFC 5764 section 4.1.2 and RFC 7714 section 14.2.
 */
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 16, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 16, 16),
    AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14, 10, 10),
    /** The 32-bit tag is for RTP only; SRTCP keeps 80 bits (RFC 5764 section 4.1.2). */
    AES_CM_128_HMAC_SHA1_32(0x0002, 16, 14, 4, 10);

    private final int dtlsId;
    private final int keyLengthBytes;
    private final int saltLengthBytes;
    private final int rtpTagLengthBytes;
    private final int rtcpTagLengthBytes;

    SrtpProfile(int dtlsId, int keyLengthBytes, int saltLengthBytes, int rtpTagLengthBytes, int rtcpTagLengthBytes) {
        this.dtlsId = dtlsId;
        this.keyLengthBytes = keyLengthBytes;
        this.saltLengthBytes = saltLengthBytes;
        this.rtpTagLengthBytes = rtpTagLengthBytes;
        this.rtcpTagLengthBytes = rtcpTagLengthBytes;
    }

    /** The value in the use_srtp extension (RFC 5764 section 4.1.1). */
    public int dtlsId() {
        return dtlsId;
    }

    public int keyLengthBytes() {
        return keyLengthBytes;
    }

    public int saltLengthBytes() {
        return saltLengthBytes;
    }

    public int rtpTagLengthBytes() {
        return rtpTagLengthBytes;
    }

    public int rtcpTagLengthBytes() {
        return rtcpTagLengthBytes;
    }

    public boolean isAead() {
        return this == AEAD_AES_128_GCM || this == AEAD_AES_256_GCM;
    }

    /** Throws IllegalArgumentException unless both are as long as this profile wants them. */
    void requireLengths(byte[] key, byte[] salt) {
        if (key.length != keyLengthBytes || salt.length != saltLengthBytes) {
            throw new IllegalArgumentException(this + " has a key of " + keyLengthBytes + " bytes and a salt of "
                    + saltLengthBytes + ", not " + key.length + " and " + salt.length);
        }
    }

    /** The profile with this use_srtp value, or null when Sluice does not speak it. */
    public static SrtpProfile ofDtlsId(int dtlsId) {
        for (SrtpProfile profile : values()) {
            if (profile.dtlsId == dtlsId) {
                return profile;
            }
        }
        return null;
    }
}
