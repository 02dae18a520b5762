package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RtcpReaderTest {
    private static final int MALFORMED = DropReason.RTCP_MALFORMED.code();

    /** Sender report with one block and a source description, as libwebrtc sends them. */
    private static final String COMPOUND = "81c8000c 11223344 e8f0a1b2 40000000 00015f90 00000010 00000400"
            + " aabbccdd 0affffff 0001fffe 00000012 b7052000 00054000"
            + "81ca0003 11223344 01056162 63646500";

    private static final String PLI = "81ce0002 00000001 aabbccdd";
    private static final String FIR = "84ce0006 00000001 00000000 aabbccdd 07000000 01020304 ff000000";
    private static final String REMB = "8fce0006 00000001 00000000 52454d42 0207a120 aabbccdd 01020304";
    private static final String BYE = "82cb0003 aabbccdd 01020304 03627965";

    private final RtcpReader reader = new RtcpReader();

    @Test
    void shouldReadReportAndBlockWhenASenderReportComes() {
        assertEquals(0, open(COMPOUND));
        assertEquals(RtcpReader.SENDER_REPORT, reader.next());
        assertEquals(0x11223344L, reader.senderSsrc());
        assertEquals(0xe8f0a1b2_40000000L, reader.ntpTime());
        assertEquals(90_000, reader.rtpTimestamp());
        assertEquals(1, reader.count());
        assertEquals(0xaabbccddL, reader.ssrc(0));
        assertEquals(10, reader.fractionLost(0));
        assertEquals(-1, reader.cumulativeLost(0));
        assertEquals(0x1fffeL, reader.highestSequence(0));
        assertEquals(18, reader.jitter(0));
        assertEquals(0xb7052000L, reader.lastSenderReport(0));
        assertEquals(0x00054000L, reader.delaySinceLastSenderReport(0));
        assertEquals(RtcpReader.OTHER, reader.next());
        assertEquals(RtcpReader.END, reader.next());
        assertEquals(RtcpReader.END, reader.next());
    }

    @Test
    void shouldReadAllKindsWhenSentReducedSize() {
        assertEquals(0, open(PLI + FIR + REMB + BYE));
        assertEquals(RtcpReader.PLI, reader.next());
        assertEquals(1, reader.count());
        assertEquals(0xaabbccddL, reader.ssrc(0));
        assertEquals(RtcpReader.FIR, reader.next());
        assertEquals(2, reader.count());
        assertEquals(0xaabbccddL, reader.ssrc(0));
        assertEquals(0x01020304L, reader.ssrc(1));
        assertEquals(RtcpReader.REMB, reader.next());
        assertEquals(2, reader.count());
        assertEquals(0x01020304L, reader.ssrc(1));
        assertEquals(0x3a120L << 1, reader.rembBps());
        assertEquals(RtcpReader.BYE, reader.next());
        assertEquals(2, reader.count());
        assertEquals(0xaabbccddL, reader.ssrc(0));
        assertEquals(RtcpReader.END, reader.next());
    }

    @Test
    void shouldReadBlocksWhenAReceiverReportComes() {
        assertEquals(0, open("81c90007 00000001 aabbccdd 00000000 00000000 00000000 00000000 00000000"));
        assertEquals(RtcpReader.RECEIVER_REPORT, reader.next());
        assertEquals(1, reader.count());
        assertEquals(0xaabbccddL, reader.ssrc(0));
        assertEquals(0, open("80c90001 00000001"));
        assertEquals(RtcpReader.RECEIVER_REPORT, reader.next());
        assertEquals(0, reader.count());
    }

    @Test
    void shouldReadWhatIsAskedForAgain() {
        assertEquals(0, open("81cd0004 00000001 aabbccdd fffe0005 00070000"));
        assertEquals(RtcpReader.NACK, reader.next());
        assertEquals(0xaabbccddL, reader.mediaSsrc());
        assertEquals(2, reader.count());
        assertEquals(0xfffe, reader.lostSequence(0));
        assertEquals(5, reader.lostFollowing(0));
        assertEquals(7, reader.lostSequence(1));
        assertEquals(0, reader.lostFollowing(1));
        assertEquals(0, open("81cd0002 00000001 aabbccdd"));
        assertEquals(DropReason.RTCP_MALFORMED.code(), reader.next(), "asks for nothing");
    }

    @Test
    void shouldPassOverWhenFeedbackIsOfNoUse() {
        // Feedback of a reserved format, slice loss, an application's own feedback, extended report, reserved type.
        assertEquals(
                0,
                open("9fcd0004 00000001 aabbccdd 00010001 00000000"
                        + "82ce0003 00000001 aabbccdd 00000000"
                        + "8fce0003 00000001 aabbccdd 58585858"
                        + "80cf0001 00000001"
                        + "80df0000"));
        for (int i = 0; i < 5; i++) {
            assertEquals(RtcpReader.OTHER, reader.next());
            assertEquals(0, reader.count());
        }
        assertEquals(RtcpReader.END, reader.next());
    }

    @Test
    void shouldReadEchoesOfReferenceTimesWhereverTheyStandInAnExtendedReport() {
        String echoes = "05000006 00000063 12345678 00010000 00000064 00000000 00000000";
        for (String blocks :
                new String[] {echoes, "2a010001 00000000" + echoes, echoes + "04000002 00000000 00000000"}) {
            int words = 1 + blocks.replace(" ", "").length() / 8;
            assertEquals(0, open("80cf%04x 00000001".formatted(words) + blocks));
            assertEquals(RtcpReader.DLRR, reader.next(), blocks);
            assertEquals(2, reader.count());
            assertEquals(0x63, reader.ssrc(0));
            assertEquals(0x12345678, reader.lastReferenceTime(0));
            assertEquals(0x10000, reader.delaySinceLastReferenceTime(0));
            assertEquals(0, reader.lastReferenceTime(1));
            assertEquals(RtcpReader.END, reader.next());
        }
    }

    @Test
    void shouldLeavePaddingOutWhenAPacketHasIt() {
        assertEquals(0, open("a1ce0003 00000001 aabbccdd 00000004" + PLI));
        assertEquals(RtcpReader.PLI, reader.next());
        assertEquals(RtcpReader.PLI, reader.next());
        assertEquals(RtcpReader.END, reader.next());
    }

    @Test
    void shouldSayMalformedWhenPaddingIsLongerThanItsPacket() {
        for (String last : new String[] {"00000000", "00000011", "000000ff", "00000008"}) {
            assertEquals(0, open("a1ce0003 00000001 aabbccdd " + last), last);
            assertEquals(MALFORMED, reader.next(), last);
            assertEquals(RtcpReader.END, reader.next());
        }
    }

    @Test
    void shouldSayMalformedWhenCountsRunOverThePacket() {
        for (String packet : new String[] {
            "82c8000c" + "00".repeat(48), // two blocks announced, one there
            "80c80005" + "00".repeat(20), // a sender report without its sender info
            "81c90001 00000001",
            "80c90000",
            "81cb0000",
            "81ce0001 00000001",
            "84ce0002 00000001 00000000", // a request for nobody
            "84ce0003 00000001 00000000 aabbccdd",
            "80cf0000", // an extended report of nobody
            "80cf0002 00000001 05000003", // a block announced that is not there
            "80cf0003 00000001 05000000 05000001",
        }) {
            assertEquals(0, open(packet), packet);
            assertEquals(MALFORMED, reader.next(), packet);
            assertEquals(0, reader.count());
            assertEquals(RtcpReader.END, reader.next());
        }
    }

    @Test
    void shouldRefuseAllWhenCutAtAnyByte() {
        byte[] whole = bytes(COMPOUND + FIR + REMB + BYE);
        int boundaries = 0;
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            int code = reader.open(MemorySegment.ofArray(cut), 0, length);
            if (code == 0) {
                boundaries++;
                int kind;
                do {
                    kind = reader.next();
                    assertTrue(kind >= 0);
                } while (kind != RtcpReader.END);
            } else {
                assertEquals(MALFORMED, code);
                assertEquals(RtcpReader.END, reader.next());
            }
        }
        assertEquals(4, boundaries);
    }

    @Test
    void shouldNeverReadPastTheEndWhenLengthsAndCountsAreBent() {
        byte[] whole = bytes(COMPOUND + PLI + FIR + REMB + BYE);
        for (int at = 0; at < whole.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] bent = whole.clone();
                bent[at] = (byte) value;
                RtcpWalk.walk(reader, MemorySegment.ofArray(bent), 0, bent.length);
            }
        }
    }

    @Test
    void shouldRefuseWhenTheVersionIsWrong() {
        assertEquals(MALFORMED, open("41ce0002 00000001 aabbccdd"));
        assertEquals(MALFORMED, open(PLI + "01ce0002 00000001 aabbccdd"));
    }

    @Test
    void shouldTellRtcpFromRtpWhenGivenTheSecondByte() {
        for (int type = 0; type < 256; type++) {
            MemorySegment packet = MemorySegment.ofArray(new byte[] {(byte) 0x80, (byte) type});
            assertEquals(type >= 192 && type <= 223, RtcpReader.isRtcp(packet, 0, 2), "type " + type);
        }
        assertFalse(RtcpReader.isRtcp(MemorySegment.ofArray(new byte[1]), 0, 1));
    }

    @Test
    void shouldThrowWhenAnEntryIsAskedForThatIsNotThere() {
        open(PLI);
        reader.next();
        assertThrows(IndexOutOfBoundsException.class, () -> reader.ssrc(1));
    }

    private int open(String hex) {
        byte[] bytes = bytes(hex);
        return reader.open(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
