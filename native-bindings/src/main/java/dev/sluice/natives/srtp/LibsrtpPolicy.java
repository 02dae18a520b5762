package dev.sluice.natives.srtp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes libsrtp2's {@code srtp_policy_t} as 64-bit systems lay it out, the same in 2.0 to 2.7. Stateless.
 *
 * <pre>
 *     0 ssrc type, value           int × 2
 *     8 RTP:  cipher, its key length, authentication, its key length, tag length, services    int × 6
 *    32 RTCP: the same
 *    56 key and salt               pointer
 *    64 keys, count, ekt           unused
 *    88 window size                long
 *    96 allow repeated sending     int
 *   104 encrypted extensions       unused
 *   120 next policy                pointer
 * </pre>
 */
final class LibsrtpPolicy {
    private static final int POLICY_LENGTH_BYTES = 128;
    private static final int RTP_OFFSET = 8;
    private static final int RTCP_OFFSET = 32;
    private static final int KEY_OFFSET = 56;
    private static final int WINDOW_OFFSET = 88;

    private static final int SSRC_ANY_INBOUND = 2;
    private static final int SSRC_ANY_OUTBOUND = 3;
    private static final int AES_ICM_128 = 1;
    private static final int AES_GCM_128 = 6;
    private static final int AES_GCM_256 = 7;
    private static final int NULL_AUTHENTICATION = 0;
    private static final int HMAC_SHA1 = 3;
    private static final int HMAC_SHA1_KEY_LENGTH_BYTES = 20;
    private static final int ENCRYPT_AND_AUTHENTICATE = 3;

    private LibsrtpPolicy() {}

    /**
     * A policy for any SSRC, with repeated sending off (the rest is zero from the start).
     *
     * @param keyAndSalt native memory that outlives the use of the policy
     */
    static MemorySegment write(Arena arena, SrtpProfile profile, MemorySegment keyAndSalt, boolean outbound) {
        MemorySegment policy = arena.allocate(POLICY_LENGTH_BYTES, Long.BYTES);
        policy.set(JAVA_INT, 0, outbound ? SSRC_ANY_OUTBOUND : SSRC_ANY_INBOUND);
        writeCipher(policy.asSlice(RTP_OFFSET), profile, profile.rtpTagLengthBytes());
        writeCipher(policy.asSlice(RTCP_OFFSET), profile, profile.rtcpTagLengthBytes());
        policy.set(ADDRESS, KEY_OFFSET, keyAndSalt);
        policy.set(JAVA_LONG, WINDOW_OFFSET, SrtpContext.REPLAY_WINDOW);
        return policy;
    }

    private static void writeCipher(MemorySegment to, SrtpProfile profile, int tagLengthBytes) {
        int cipher =
                switch (profile) {
                    case AEAD_AES_128_GCM -> AES_GCM_128;
                    case AEAD_AES_256_GCM -> AES_GCM_256;
                    case AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32 -> AES_ICM_128;
                };
        to.setAtIndex(JAVA_INT, 0, cipher);
        to.setAtIndex(JAVA_INT, 1, profile.keyLengthBytes() + profile.saltLengthBytes());
        to.setAtIndex(JAVA_INT, 2, profile.isAead() ? NULL_AUTHENTICATION : HMAC_SHA1);
        to.setAtIndex(JAVA_INT, 3, profile.isAead() ? 0 : HMAC_SHA1_KEY_LENGTH_BYTES);
        to.setAtIndex(JAVA_INT, 4, tagLengthBytes);
        to.setAtIndex(JAVA_INT, 5, ENCRYPT_AND_AUTHENTICATE);
    }
}
