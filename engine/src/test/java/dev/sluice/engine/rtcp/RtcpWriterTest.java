package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RtcpWriterTest {
    private static final long OFFSET = 3;

    private final byte[] memory = new byte[1500];
    private final MemorySegment to = MemorySegment.ofArray(memory);
    private final RtcpReader reader = new RtcpReader();

    @Test
    void shouldWriteTheBytesOfTheRfcsWhenGivenPlainValues() {
        assertHex("81ce0002 00000001 aabbccdd", RtcpWriter.writePli(to, OFFSET, 1, 0xaabbccddL));
        assertHex("84ce0004 00000001 00000000 aabbccdd ff000000", RtcpWriter.writeFir(to, OFFSET, 1, 0xaabbccddL, 511));
        assertHex("81cb0001 aabbccdd", RtcpWriter.writeBye(to, OFFSET, 0xaabbccddL));
        assertHex(
                "80cf0004 00000001 04000002 e8f0a1b2 40000000",
                RtcpWriter.writeReferenceTime(to, OFFSET, 1, 0xe8f0a1b2_40000000L));
        assertHex("80c90001 00000001", RtcpWriter.writeReceiverReport(to, OFFSET, 1, 0));
        assertHex(
                "8fce0006 00000001 00000000 52454d42 0207a120 aabbccdd 01020304",
                RtcpWriter.writeRemb(to, OFFSET, 1, 0x3a120L << 1, new long[] {0xaabbccddL, 0x01020304, 5}, 2));
        assertHex(
                "80c80006 11223344 e8f0a1b2 40000000 00015f90 00000010 00000400",
                RtcpWriter.writeSenderReport(to, OFFSET, 0x11223344, 0xe8f0a1b2_40000000L, 90_000, 16, 1024, 0));
    }

    @Test
    void shouldGroupTheNumbersThatAreAskedForAgain() {
        long[] sequences = {0x1fffe, 0x1ffff, 0x20000, 0x2000e, 0x2000f, 0x20030, 99};
        // 0xfffe and the 1st, 2nd and 16th after it; 0x000f by itself, as it is the 17th.
        assertHex(
                "81cd0005 00000001 aabbccdd fffe8003 000f0000 00300000",
                RtcpWriter.writeNack(to, OFFSET, 1, 0xaabbccddL, sequences, 6));
    }

    @Test
    void shouldEndTheSourceDescriptionWithAZeroByteWhateverTheNamesLength() {
        for (int length = 0; length <= 255; length++) {
            byte[] cname = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
            Arrays.fill(memory, (byte) -1);
            int written = RtcpWriter.writeSourceDescription(to, OFFSET, 7, cname);
            assertEquals(0, written % 4);
            assertTrue(written > 10 + length && written <= 14 + length, "written " + written + " for " + length);
            assertEquals(0, reader.open(to, OFFSET, written));
            assertEquals(RtcpReader.OTHER, reader.next());
            assertEquals(1, to.get(ValueLayout.JAVA_BYTE, OFFSET + 8));
            assertEquals((byte) length, to.get(ValueLayout.JAVA_BYTE, OFFSET + 9));
            byte[] name = Arrays.copyOfRange(memory, (int) OFFSET + 10, (int) OFFSET + 10 + length);
            assertArrayEquals(cname, name);
            for (int i = 10 + length; i < written; i++) {
                assertEquals(0, memory[(int) OFFSET + i]);
            }
            assertEquals(-1, memory[(int) OFFSET + written]);
        }
    }

    @Test
    void shouldReadBackWhatWasWrittenWhenCompound() {
        ReceptionStats audio = new ReceptionStats(0x0a, 48_000);
        ReceptionStats video = new ReceptionStats(0xf0000001L, 90_000);
        audio.onPacket(65_535, 0, 0);
        audio.onPacket(1, 1_920, 40_000_000);
        video.onPacket(100, 5_000, 0);
        video.onSenderReport(0xb44db705_20000000L, 1_000_000_000L);
        long at = OFFSET;
        at += RtcpWriter.writeSenderReport(to, at, 9, 0x0102030405060708L, 0xffffffffL, 1L << 33 | 5, 6, 2);
        at += audio.writeReportBlock(to, at, 6_250_000_000L);
        at += video.writeReportBlock(to, at, 6_250_000_000L);
        at += RtcpWriter.writeSourceDescription(to, at, 9, "name".getBytes(StandardCharsets.US_ASCII));
        at += RtcpWriter.writePli(to, at, 9, 0xf0000001L);
        at += RtcpWriter.writeFir(to, at, 9, 0xf0000001L, 200);
        at += RtcpWriter.writeBye(to, at, 9);

        assertEquals(0, reader.open(to, OFFSET, (int) (at - OFFSET)));
        assertEquals(RtcpReader.SENDER_REPORT, reader.next());
        assertEquals(9, reader.senderSsrc());
        assertEquals(0x0102030405060708L, reader.ntpTime());
        assertEquals(0xffffffffL, reader.rtpTimestamp());
        assertEquals(2, reader.count());
        assertEquals(0x0a, reader.ssrc(0));
        assertEquals(1, reader.cumulativeLost(0));
        assertEquals(85, reader.fractionLost(0));
        assertEquals(65_537, reader.highestSequence(0));
        assertEquals(0, reader.lastSenderReport(0));
        assertEquals(0xf0000001L, reader.ssrc(1));
        assertEquals(0xb7052000L, reader.lastSenderReport(1));
        assertEquals(0x00054000L, reader.delaySinceLastSenderReport(1));
        assertEquals(RtcpReader.OTHER, reader.next());
        assertEquals(RtcpReader.PLI, reader.next());
        assertEquals(0xf0000001L, reader.ssrc(0));
        assertEquals(RtcpReader.FIR, reader.next());
        assertEquals(0xf0000001L, reader.ssrc(0));
        assertEquals(RtcpReader.BYE, reader.next());
        assertEquals(9, reader.ssrc(0));
        assertEquals(RtcpReader.END, reader.next());
    }

    @Test
    void shouldKeepEighteenBitsWhenABitrateIsWritten() {
        for (long bitrate = 1; bitrate > 0 && bitrate < 1L << 62; bitrate = bitrate * 3 + 1) {
            int length = RtcpWriter.writeRemb(to, OFFSET, 1, bitrate, new long[] {2}, 1);
            assertEquals(24, length);
            int exponent = Bytes.u8(to, OFFSET + 17) >>> 2;
            long read = (Bytes.u24(to, OFFSET + 17) & 0x3ffffL) << exponent;
            assertTrue(read <= bitrate && bitrate - read <= bitrate >> 17, bitrate + " was read as " + read);
        }
    }

    private void assertHex(String expected, int lengthBytes) {
        byte[] written = Arrays.copyOfRange(memory, (int) OFFSET, (int) OFFSET + lengthBytes);
        assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(written));
    }
}
