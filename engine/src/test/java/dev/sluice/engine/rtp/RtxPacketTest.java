package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RtxPacketTest {
    private static RtpHeader rtx(byte... payload) {
        return new TestPacket()
                .payloadType(97)
                .marker()
                .sequence(9)
                .timestamp(77)
                .csrcs(1)
                .oneByte(3, (byte) 5)
                .payload(payload)
                .padding(2)
                .header();
    }

    @Test
    void shouldRestoreTheOriginalWithItsHeaderExtensionAndPadding() {
        RtpHeader header = rtx((byte) 0xab, (byte) 0xcd, (byte) 1, (byte) 2, (byte) 3);
        assertEquals(0xabcd, RtxPacket.originalSequence(header));
        assertEquals(0, RtxPacket.restore(header, 0xfffffffeL, 96));
        assertEquals(0xabcd, header.sequenceNumber());
        assertEquals(0xfffffffeL, header.ssrc());
        assertEquals(96, header.payloadType());
        assertTrue(header.marker());
        assertEquals(77, header.timestamp());
        assertTrue(header.extension(3) >= 0);
        assertEquals(2, header.paddingLength());
        byte[] payload = TestPacket.slice(header.segment(), header.payloadOffset(), header.payloadLength());
        assertArrayEquals(new byte[] {1, 2, 3}, payload);
    }

    @Test
    void shouldKnowAProbeByItsMissingNumber() {
        assertEquals(-1, RtxPacket.originalSequence(rtx()));
        assertEquals(-1, RtxPacket.originalSequence(rtx((byte) 1)));
        RtpHeader empty = rtx((byte) 0, (byte) 7);
        assertEquals(7, RtxPacket.originalSequence(empty));
        assertEquals(0, RtxPacket.restore(empty, 1, 96));
        assertEquals(0, empty.payloadLength());
    }
}
