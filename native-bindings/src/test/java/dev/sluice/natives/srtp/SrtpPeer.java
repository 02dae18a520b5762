package dev.sluice.natives.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A sender and a receiver with the same keys and memory of their own, for tests that speak in byte arrays. */
final class SrtpPeer implements AutoCloseable {
    /** Not aligned, as packets in a batch may lie. */
    static final int OFFSET = 3;

    final SrtpContext outbound;
    final SrtpContext inbound;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(OFFSET + TestProviders.ROOM);

    SrtpPeer(TestProviders.Case which) {
        outbound = which.outbound();
        inbound = which.inbound();
    }

    byte[] protectRtp(byte[] packet) {
        int length = protectRtpCode(packet);
        assertTrue(length > packet.length, () -> "protect gave " + length);
        return TestProviders.take(memory, OFFSET, length);
    }

    int protectRtpCode(byte[] packet) {
        return outbound.protectRtp(
                TestProviders.put(memory, OFFSET, packet), OFFSET, packet.length, TestProviders.ROOM);
    }

    byte[] protectRtcp(byte[] packet) {
        int length = protectRtcpCode(packet);
        assertTrue(length > packet.length, () -> "protect gave " + length);
        return TestProviders.take(memory, OFFSET, length);
    }

    int protectRtcpCode(byte[] packet) {
        return outbound.protectRtcp(
                TestProviders.put(memory, OFFSET, packet), OFFSET, packet.length, TestProviders.ROOM);
    }

    int unprotectRtp(byte[] packet) {
        return inbound.unprotectRtp(TestProviders.put(memory, OFFSET, packet), OFFSET, packet.length);
    }

    int unprotectRtcp(byte[] packet) {
        return inbound.unprotectRtcp(TestProviders.put(memory, OFFSET, packet), OFFSET, packet.length);
    }

    /** The bytes that the last call left. */
    byte[] last(int lengthBytes) {
        return TestProviders.take(memory, OFFSET, lengthBytes);
    }

    void assertReceivesRtp(byte[] plain, byte[] sealed) {
        assertEquals(plain.length, unprotectRtp(sealed));
        assertArrayEquals(plain, last(plain.length));
    }

    void assertReceivesRtcp(byte[] plain, byte[] sealed) {
        assertEquals(plain.length, unprotectRtcp(sealed));
        assertArrayEquals(plain, last(plain.length));
    }

    @Override
    public void close() {
        outbound.close();
        inbound.close();
        arena.close();
    }
}
