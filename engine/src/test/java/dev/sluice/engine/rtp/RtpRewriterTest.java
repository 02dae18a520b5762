package dev.sluice.engine.rtp;

import static dev.sluice.engine.rtp.TestPacket.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import org.junit.jupiter.api.Test;

class RtpRewriterTest extends RewriterFixture {
    @Test
    void shouldWriteThePlayersHeadAndThePublishersPayload() {
        byte[] payload = {1, 2, 3, 4, 5, 6};
        add(new TestPacket()
                .payloadType(111)
                .csrcs(3)
                .timestamp(77)
                .oneByte(9, (byte) 1)
                .payload(payload));
        assertEquals(12 + 6, write());
        assertEquals(0xcafebabeL, written.ssrc());
        assertEquals(100, written.payloadType());
        assertEquals(500, written.sequenceNumber());
        assertEquals(9_000, written.timestamp());
        assertEquals(0, written.extensionProfile());
        assertArrayEquals(payload, payload());
        assertEquals(1, rewriter.packets());
        assertEquals(6, rewriter.payloadOctets());
    }

    @Test
    void shouldKeepGapsAndOrderOfTheSource() {
        int[] in = {100, 101, 104, 103, 105, 102, 106};
        int[] expected = {500, 501, 504, 503, 505, 502, 506};
        for (int i = 0; i < in.length; i++) {
            add(new TestPacket().timestamp(in[i] * 960L).payload((byte) i), in[i], 0);
            write();
            assertEquals(expected[i], written.sequenceNumber());
            assertEquals(9_000 + (in[i] - 100) * 960L, written.timestamp());
        }
    }

    @Test
    void shouldDropPacketsOfBeforeTheOneASourceBeganWith() {
        add(new TestPacket().payload((byte) 1), 200, 0);
        write();
        add(new TestPacket().payload((byte) 2), 199, 0);
        assertEquals(DropReason.RTP_LATE.code(), tryWrite());
        newSource();
        add(new TestPacket().payload((byte) 1), 90_000, 0);
        write();
        assertEquals(501, written.sequenceNumber());
        add(new TestPacket().payload((byte) 1), 89_999, 0);
        assertEquals(DropReason.RTP_LATE.code(), tryWrite());
        add(new TestPacket().payload((byte) 1), 90_001, 0);
        write();
        assertEquals(502, written.sequenceNumber());
        assertEquals(3, rewriter.packets());
    }

    @Test
    void shouldWaitForAKeyFrameWhenSourceOfVideoBegins() {
        rewriter = rewriter(Codec.VP8, NO_IDS, null, false);
        addVp8(false, 7, false);
        assertEquals(DropReason.RTP_BEFORE_KEY_FRAME.code(), tryWrite());
        assertFalse(rewriter.isAnchored());
        addVp8(true, 8, false);
        write();
        assertEquals(500, written.sequenceNumber());
        assertTrue(rewriter.isAnchored());
        addVp8(false, 9, false);
        write();
        rewriter.switchSource();
        assertFalse(rewriter.isAnchored());
        addVp8(false, 10, false);
        assertEquals(DropReason.RTP_BEFORE_KEY_FRAME.code(), tryWrite());
        add(new TestPacket().padding(10));
        assertEquals(DropReason.RTP_BEFORE_KEY_FRAME.code(), tryWrite());
        addVp8(true, 11, false);
        write();
        assertEquals(502, written.sequenceNumber());
    }

    /** The number of what is late would be the padding's. */
    @Test
    void shouldGoOnBehindPaddingAndDropWhatIsLateWhenPaddingWasSent() {
        rewriter = rewriter(Codec.VP8, NO_IDS, null, false);
        addVp8(true, 7, false);
        long first = sequence - 1;
        write();
        add(
                new TestPacket().marker().timestamp(77).payload(TestPayloads.vp8(true, false, 8, false, 1, 1)),
                first + 2,
                0);
        write();
        int before = written.sequenceNumber();
        long timestamp = written.timestamp();
        assertTrue(rewriter.takesPadding());
        assertEquals(12 + 255, rewriter.writePadding(out, 0, 1_500, 255, 0));
        assertEquals(0xa0, Bytes.u8(out, 0));
        assertEquals(before + 1 & 0xffff, Bytes.u16(out, 2));
        assertEquals(timestamp, Bytes.u32(out, 4));
        add(new TestPacket().timestamp(77).payload(TestPayloads.vp8(true, false, 8, false, 1, 1)), first + 1, 0);
        assertEquals(DropReason.RTP_LATE.code(), tryWrite());
        add(new TestPacket().timestamp(78).payload(TestPayloads.vp8(true, false, 9, false, 1, 1)), first + 3, 0);
        write();
        assertEquals(before + 2 & 0xffff, written.sequenceNumber());
        assertFalse(rewriter.takesPadding(), "in the middle of a frame");
    }

    @Test
    void shouldAdvanceTheTimestampByTheTimeThatPassedWhenSourceChanges() {
        add(new TestPacket().timestamp(0xffffff00L).payload((byte) 1));
        write();
        assertEquals(9_000, written.timestamp());
        newSource();
        arrivalNs += 2_500_000_000L;
        add(new TestPacket().timestamp(17).payload((byte) 1));
        write();
        assertEquals(9_000 + 48 * 2_500, written.timestamp());
        assertEquals(9_000 + 48 * 2_500 + 3, rewriter.mapTimestamp(20));
    }

    @Test
    void shouldAdvanceTheTimestampByOneAtLeastWhenTheNewSourceWasFirst() {
        add(new TestPacket().timestamp(50).payload((byte) 1));
        write();
        newSource();
        arrivalNs -= 400_000_000L;
        add(new TestPacket().timestamp(0).payload((byte) 1));
        write();
        assertEquals(9_001, written.timestamp());
    }

    @Test
    void shouldWrapSequenceAndTimestampWhenSourcesChangeAroundTheWrap() {
        rewriter = new RtpRewriter(1, 100, -1, Codec.OPUS, null, NO_IDS, false, 65_535, 0xffffffffL);
        add(new TestPacket().timestamp(1).payload((byte) 1));
        write();
        assertEquals(65_535, written.sequenceNumber());
        assertEquals(0xffffffffL, written.timestamp());
        newSource();
        arrivalNs += 1_000_000;
        add(new TestPacket().timestamp(0xfffffff0L).payload((byte) 1));
        write();
        assertEquals(0, written.sequenceNumber());
        assertEquals(47, written.timestamp());
        add(new TestPacket().timestamp(0x10).payload((byte) 1));
        write();
        assertEquals(1, written.sequenceNumber());
        assertEquals(47 + 32, written.timestamp());
    }

    @Test
    void shouldShortenAGapThatWouldLoseTheSrtpIndex() {
        add(new TestPacket().payload((byte) 1), 100_000, 0);
        write();
        add(new TestPacket().payload((byte) 1), 100_000 + 60_000, 0);
        write();
        assertEquals(500 + 4096, written.sequenceNumber());
        add(new TestPacket().payload((byte) 1), 100_000 + 60_001, 0);
        write();
        assertEquals(500 + 4097, written.sequenceNumber());
        add(new TestPacket().payload((byte) 1), 100_000 + 59_999, 0);
        assertEquals(DropReason.RTP_LATE.code(), tryWrite());
    }

    @Test
    void shouldForwardPaddingOnlyPackets() {
        add(new TestPacket().payload((byte) 1));
        write();
        add(new TestPacket().padding(224));
        assertEquals(12 + 224, write());
        assertEquals(0, written.payloadLength());
        assertEquals(224, written.paddingLength());
        assertEquals(501, written.sequenceNumber());
        add(new TestPacket().payload(hex("aabbcc")).padding(5));
        assertEquals(12 + 8, write());
        assertEquals(5, written.paddingLength());
        assertArrayEquals(hex("aabbcc"), payload());
        assertEquals(4, rewriter.payloadOctets(), "padding is not counted");
    }

    @Test
    void shouldMarkTheFirstAudioPacketOfASource() {
        add(new TestPacket().payload((byte) 1));
        write();
        assertTrue(written.marker());
        add(new TestPacket().payload((byte) 1));
        write();
        assertFalse(written.marker());
        add(new TestPacket().marker().payload((byte) 1));
        write();
        assertTrue(written.marker());
        newSource();
        add(new TestPacket().payload((byte) 1));
        write();
        assertTrue(written.marker());
    }

    @Test
    void shouldLeaveVideoMarkersAsTheyAreWhenSourceChanges() {
        rewriter = rewriter(Codec.VP8, NO_IDS, null, false);
        addVp8(true, 1, false);
        write();
        assertFalse(written.marker());
    }

    @Test
    void shouldContinueVp8CountersWhenTheNewSourceHasTheShortForm() {
        rewriter = rewriter(Codec.VP8, NO_IDS, null, false);
        add(new TestPacket().payload(TestPayloads.vp8(true, true, 0x7fff, true, 255, 31)));
        write();
        assertArrayEquals(hex("90d0 ffff ff 7f"), head(6));
        newSource();
        add(new TestPacket().timestamp(2).payload(TestPayloads.vp8(true, true, 5, false, 9, 4)));
        write();
        assertArrayEquals(hex("90d0 00 00 60"), head(5), "0x8000 modulo 128, 256 modulo 256, 32 modulo 32");
        add(new TestPacket().timestamp(3).payload(TestPayloads.vp8(true, false, 7, false, 10, 5)));
        write();
        assertArrayEquals(hex("90d0 02 01 61"), head(5));
        newSource();
        add(new TestPacket().timestamp(4).payload(TestPayloads.vp8(true, true, 900, true, -1, -1)));
        write();
        assertArrayEquals(hex("9080 8003"), head(4));
        newSource();
        add(new TestPacket().timestamp(5).payload(TestPayloads.vp8(true, true, -1, false, 77, -1)));
        write();
        assertArrayEquals(hex("9040 02"), head(3), "counters the source between did not have go on too");
    }

    @Test
    void shouldContinueVp9Counters() {
        rewriter = rewriter(Codec.VP9, NO_IDS, null, false);
        add(new TestPacket().payload(TestPayloads.vp9(true, true, 300, true, 20)));
        write();
        newSource();
        add(new TestPacket().timestamp(2).payload(TestPayloads.vp9(true, true, 7000, true, 200)));
        write();
        assertArrayEquals(hex("a8 812d 00 15"), head(5));
    }

    @Test
    void shouldStripRedWhenThePlayerHasNone() {
        byte[] primary = hex("f8aabbcc");
        addRed(TestPayloads.red(63, primary, hex("0102"), hex("030405")));
        write();
        assertEquals(100, written.payloadType());
        assertArrayEquals(primary, payload());
        assertEquals(4, rewriter.payloadOctets());
        add(new TestPacket().payload((byte) 7));
        write();
        assertArrayEquals(hex("07"), payload());
    }

    @Test
    void shouldPassRedWithThePlayersInnerPayloadType() {
        rewriter = new RtpRewriter(1, 100, 101, Codec.OPUS, null, NO_IDS, false, 5, 5);
        addRed(TestPayloads.red(63, hex("f8aabbcc"), hex("0102"), hex("030405")));
        write();
        assertEquals(101, written.payloadType());
        assertArrayEquals(TestPayloads.red(100, hex("f8aabbcc"), hex("0102"), hex("030405")), payload());
        add(new TestPacket().payload((byte) 7));
        write();
        assertEquals(100, written.payloadType());
    }

    @Test
    void shouldDropRedWithoutAPrimaryBlock() {
        for (int redType : new int[] {-1, 101}) {
            rewriter = new RtpRewriter(1, 100, redType, Codec.OPUS, null, NO_IDS, false, 5, 5);
            addRed(hex("ef00000a6faa"));
            assertEquals(DropReason.RTP_MALFORMED.code(), tryWrite());
            addRed(new byte[0]);
            assertEquals(12 + 3, write(), "padding only");
        }
    }

    @Test
    void shouldRefuseAPacketThatHasNoRoom() {
        add(new TestPacket().payload(new byte[100]));
        assertTrue(reader.next());
        out.fill((byte) 0x77);
        assertEquals(DropReason.RTP_TOO_LARGE.code(), rewriter.write(reader, out, 0, 111, 0, 0));
        assertEquals(0x77, Bytes.u8(out, 0), "nothing is written");
        assertEquals(0, rewriter.packets());
        assertFalse(rewriter.isAnchored());
        assertEquals(112, rewriter.write(reader, out, 0, 112, 0, 0));
    }

    @Test
    void shouldLeaveNoTraceOfALappedRecord() {
        log = new PacketLog(PacketLogTest.memory(1024), () -> {});
        reader = new PacketLogReader(log, 0);
        rewriter = rewriter(Codec.VP8, NO_IDS, null, false);
        add(new TestPacket().timestamp(1).payload(TestPayloads.vp8(true, true, 100, true, 5, 6)));
        write();
        add(new TestPacket().timestamp(2).payload(TestPayloads.vp8(true, false, 101, true, 6, 6)));
        assertTrue(reader.next());
        for (int i = 0; i < 20; i++) {
            add(new TestPacket().timestamp(3).payload(TestPayloads.vp8(true, false, 900, true, 77, 9)));
        }
        assertEquals(DropReason.LAPPED.code(), rewriter.write(reader, out, 0, 1500, 0, 0));
        assertEquals(1, rewriter.packets());
        // Another source goes on behind the first packet, the only one that was written.
        newSource();
        addVp8(true, 8, false);
        write();
        assertEquals(501, written.sequenceNumber());
        assertEquals(9_001, written.timestamp());
    }
}
