package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.TestProviders.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets that others published. {@link SrtpParityTest} carries what is shown here for one provider to all. */
class SrtpVectorsTest {
    private static final String KEY_256 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final String KEY_128 = KEY_256.substring(0, 32);
    private static final String SALT = "517569642070726f2071756f";
    private static final String RTP =
            "8040f17b8041f8d35501a0b2" + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private static final String RTCP = "81c8000d4d617273"
            + "4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    private static final int RTCP_INDEX = 0x5d4;

    /** RFC 7714 sections 16.1.1 and 16.1.2. */
    @Test
    void shouldGiveTheRtpPacketOfTheRfcWithA128BitKey() {
        assertRtp(
                SrtpProfile.AEAD_AES_128_GCM,
                KEY_128,
                "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b"
                        + "36de3adf8833899d7f27beb16a9152cf765ee4390cce");
    }

    /** RFC 7714 sections 16.2.1 and 16.2.2. */
    @Test
    void shouldGiveTheRtpPacketOfTheRfcWithA256BitKey() {
        assertRtp(
                SrtpProfile.AEAD_AES_256_GCM,
                KEY_256,
                "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f"
                        + "1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13");
    }

    /** RFC 7714 section 17, encryption and decryption with a 128-bit key. */
    @Test
    void shouldGiveTheRtcpPacketOfTheRfcWithA128BitKey() {
        assertRtcp(
                SrtpProfile.AEAD_AES_128_GCM,
                KEY_128,
                "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46"
                        + "86303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4");
    }

    /** RFC 7714 section 17, encryption and decryption with a 256-bit key. */
    @Test
    void shouldGiveTheRtcpPacketOfTheRfcWithA256BitKey() {
        assertRtcp(
                SrtpProfile.AEAD_AES_256_GCM,
                KEY_256,
                "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658"
                        + "c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4");
    }

    /** libsrtp's own vectors: AES-CM and GCM, RTP and RTCP, from master keys on. */
    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#options")
    void shouldPassTheTestAtStart(String option) {
        assertTrue(SrtpSelfTest.passes(TestProviders.provider(option)));
    }

    private static void assertRtp(SrtpProfile profile, String key, String sealed) {
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = open(profile, key, true);
                SrtpContext inbound = open(profile, key, false)) {
            MemorySegment memory = TestProviders.put(arena.allocate(128), 0, bytes(RTP));
            assertEquals(sealed, hex(memory, outbound.protectRtp(memory, 0, RTP.length() / 2, 128)));
            assertEquals(RTP, hex(memory, inbound.unprotectRtp(memory, 0, sealed.length() / 2)));
        }
    }

    private static void assertRtcp(SrtpProfile profile, String key, String sealed) {
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = open(profile, key, true);
                SrtpContext inbound = open(profile, key, false)) {
            MemorySegment memory = arena.allocate(128);
            int length = 0;
            for (int index = 1; index <= RTCP_INDEX; index++) {
                TestProviders.put(memory, 0, bytes(RTCP));
                length = outbound.protectRtcp(memory, 0, RTCP.length() / 2, 128);
            }
            assertEquals(sealed, hex(memory, length));
            assertEquals(RTCP, hex(memory, inbound.unprotectRtcp(memory, 0, length)));
        }
    }

    private static SrtpContext open(SrtpProfile profile, String key, boolean outbound) {
        SrtpProvider provider = new OwnSrtpProvider("test", new SessionKeys(bytes(key), bytes(SALT)));
        return provider.open(profile, new byte[profile.keyLengthBytes()], new byte[12], outbound);
    }

    private static String hex(MemorySegment memory, int lengthBytes) {
        return HexFormat.of().formatHex(TestProviders.take(memory, 0, lengthBytes));
    }
}
