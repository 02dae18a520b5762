package dev.sluice.natives.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Any bytes, to every provider that is here: no exception, no length that grows, one code from all. */
class SrtpFuzzTest {
    private static final List<SrtpProvider> PROVIDERS = SrtpProviders.available();

    @FuzzTest
    void shouldGiveOneAnswerToAnyPacket(byte[] packet) {
        for (SrtpProfile profile : SrtpProfile.values()) {
            int rtp = 0;
            int rtcp = 0;
            for (int i = 0; i < PROVIDERS.size(); i++) {
                int rtpNow = unprotect(PROVIDERS.get(i), profile, packet, true);
                int rtcpNow = unprotect(PROVIDERS.get(i), profile, packet, false);
                if (i > 0) {
                    assertEquals(rtp, rtpNow);
                    assertEquals(rtcp, rtcpNow);
                }
                rtp = rtpNow;
                rtcp = rtcpNow;
            }
        }
    }

    /** The bytes as a plain packet: protected, damaged at the place its last byte says, and given to the receiver. */
    @FuzzTest
    void shouldDropAnyPacketThatWasChanged(byte[] packet) {
        for (SrtpProvider provider : PROVIDERS) {
            for (SrtpProfile profile : SrtpProfile.values()) {
                assertDropsChanged(provider, profile, packet);
            }
        }
    }

    private static int unprotect(SrtpProvider provider, SrtpProfile profile, byte[] packet, boolean rtp) {
        try (Arena arena = Arena.ofConfined();
                SrtpContext inbound = open(provider, profile, false)) {
            MemorySegment memory = TestProviders.put(arena.allocate(packet.length + 1), 0, packet);
            int code = rtp
                    ? inbound.unprotectRtp(memory, 0, packet.length)
                    : inbound.unprotectRtcp(memory, 0, packet.length);
            assertTrue(code < packet.length);
            return code;
        }
    }

    private static void assertDropsChanged(SrtpProvider provider, SrtpProfile profile, byte[] packet) {
        int room = packet.length + SrtpContext.MAX_OVERHEAD_BYTES;
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = open(provider, profile, true);
                SrtpContext inbound = open(provider, profile, false)) {
            MemorySegment memory = TestProviders.put(arena.allocate(room), 0, packet);
            int sealed = outbound.protectRtp(memory, 0, packet.length, room);
            if (sealed < 0) {
                assertEquals(SrtpContext.MALFORMED, sealed);
                return;
            }
            byte[] bytes = TestProviders.take(memory, 0, sealed);
            bytes[Byte.toUnsignedInt(packet[packet.length - 1]) % sealed] ^= 1;
            assertTrue(inbound.unprotectRtp(TestProviders.put(memory, 0, bytes), 0, sealed) < 0);
        }
    }

    private static SrtpContext open(SrtpProvider provider, SrtpProfile profile, boolean outbound) {
        return provider.open(profile, TestProviders.key(profile), TestProviders.salt(profile), outbound);
    }
}
