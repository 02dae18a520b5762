package dev.sluice.natives.srtp;

import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;

/** Providers, keys and packets for tests; a test of a provider that is not installed here is skipped. */
final class TestProviders {
    static final int ROOM = 2048;

    private TestProviders() {}

    /** A provider and a profile; the provider is looked up when the test runs. */
    record Case(String option, SrtpProfile profile) {
        SrtpContext outbound() {
            return open(this, true);
        }

        SrtpContext inbound() {
            return open(this, false);
        }
    }

    static Stream<String> options() {
        return SrtpProviders.optionNames().stream().filter(option -> !option.equals(SrtpProviders.AUTO));
    }

    static Stream<Case> cases() {
        return options()
                .flatMap(option -> Arrays.stream(SrtpProfile.values()).map(profile -> new Case(option, profile)));
    }

    static SrtpProvider provider(String option) {
        try {
            return SrtpProviders.choose(option).provider();
        } catch (SrtpUnavailableException e) {
            return abort(e.getMessage());
        }
    }

    private static SrtpContext open(Case which, boolean outbound) {
        SrtpProvider provider = provider(which.option);
        if (!provider.supports(which.profile)) {
            return abort(provider.description() + " does not speak " + which.profile);
        }
        return provider.open(which.profile, key(which.profile), salt(which.profile), outbound);
    }

    static byte[] key(SrtpProfile profile) {
        byte[] key = new byte[profile.keyLengthBytes()];
        new Random(1).nextBytes(key);
        return key;
    }

    static byte[] salt(SrtpProfile profile) {
        byte[] salt = new byte[profile.saltLengthBytes()];
        new Random(2).nextBytes(salt);
        return salt;
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** An RTP packet with a payload that its numbers give. */
    static byte[] rtp(int ssrc, int sequenceNumber, int payloadLengthBytes) {
        return rtp(ssrc, sequenceNumber, payloadLengthBytes, 0, -1);
    }

    /** @param extensionWords length of the header extension; −1 for none */
    static byte[] rtp(int ssrc, int sequenceNumber, int payloadLengthBytes, int csrcs, int extensionWords) {
        int headerLengthBytes = 12 + 4 * csrcs + (extensionWords < 0 ? 0 : 4 + 4 * extensionWords);
        byte[] packet = new byte[headerLengthBytes + payloadLengthBytes];
        new Random(31L * ssrc + sequenceNumber).nextBytes(packet);
        packet[0] = (byte) (0x80 | csrcs | (extensionWords < 0 ? 0 : 0x10));
        MemorySegment segment = MemorySegment.ofArray(packet);
        segment.set(PacketLayout.SHORT, 2, (short) sequenceNumber);
        segment.set(PacketLayout.INT, 8, ssrc);
        if (extensionWords >= 0) {
            segment.set(PacketLayout.INT, 12 + 4L * csrcs, 0xbede0000 | extensionWords);
        }
        return packet;
    }

    /** A compound RTCP packet; only its first eight bytes matter here. */
    static byte[] rtcp(int ssrc, int lengthBytes) {
        byte[] packet = new byte[lengthBytes];
        new Random(17L * ssrc + lengthBytes).nextBytes(packet);
        packet[0] = (byte) 0x80;
        packet[1] = (byte) 200;
        MemorySegment.ofArray(packet).set(PacketLayout.INT, 4, ssrc);
        return packet;
    }

    static MemorySegment put(MemorySegment memory, long offset, byte[] packet) {
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, offset, packet.length);
        return memory;
    }

    static byte[] take(MemorySegment memory, long offset, int lengthBytes) {
        return memory.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }
}
