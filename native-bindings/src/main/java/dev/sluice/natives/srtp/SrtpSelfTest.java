package dev.sluice.natives.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;

/**
 * Does what a provider must do before it is trusted: libsrtp's published packets (its test driver's {@code
 * srtp_validate} and {@code srtp_validate_gcm}), there and back. Stateless.
 */
final class SrtpSelfTest {
    private static final HexFormat HEX = HexFormat.of();

    private record Vector(
            SrtpProfile profile, String key, String salt, String rtp, String srtp, String rtcp, String srtcp) {}

    private static final String RTP = "800f1234decafbadcafebabeabababababababababababababababab";
    private static final String RTCP = "81c8000bcafebabeabababababababababababababababab";

    private static final List<Vector> VECTORS = List.of(
            new Vector(
                    SrtpProfile.AES_CM_128_HMAC_SHA1_80,
                    "e1f97a0d3e018be0d64fa32c06de4139",
                    "0ec675ad498afeebb6960b3aabe6",
                    RTP,
                    "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
                    RTCP,
                    "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"),
            new Vector(
                    SrtpProfile.AEAD_AES_128_GCM,
                    "000102030405060708090a0b0c0d0e0f",
                    "a0a1a2a3a4a5a6a7a8a9aaab",
                    RTP,
                    "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
                    RTCP,
                    "81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001"));

    private SrtpSelfTest() {}

    static boolean passes(SrtpProvider provider) {
        return VECTORS.stream()
                .filter(vector -> provider.supports(vector.profile))
                .allMatch(vector -> passes(provider, vector));
    }

    private static boolean passes(SrtpProvider provider, Vector vector) {
        byte[] key = HEX.parseHex(vector.key);
        byte[] salt = HEX.parseHex(vector.salt);
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = provider.open(vector.profile, key, salt, true);
                SrtpContext inbound = provider.open(vector.profile, key, salt, false)) {
            MemorySegment packet = arena.allocate(64);
            int room = (int) packet.byteSize();
            return hex(packet, outbound.protectRtp(packet, 0, put(packet, vector.rtp), room))
                            .equals(vector.srtp)
                    && hex(packet, inbound.unprotectRtp(packet, 0, put(packet, vector.srtp)))
                            .equals(vector.rtp)
                    && hex(packet, outbound.protectRtcp(packet, 0, put(packet, vector.rtcp), room))
                            .equals(vector.srtcp)
                    && hex(packet, inbound.unprotectRtcp(packet, 0, put(packet, vector.srtcp)))
                            .equals(vector.rtcp);
        }
    }

    private static int put(MemorySegment packet, String hex) {
        byte[] bytes = HEX.parseHex(hex);
        MemorySegment.copy(bytes, 0, packet, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return bytes.length;
    }

    private static String hex(MemorySegment packet, int lengthBytes) {
        return lengthBytes < 0
                ? "error " + lengthBytes
                : HEX.formatHex(packet.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
    }
}
