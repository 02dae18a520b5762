package dev.sluice.engine.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransportFeedbackReaderTest {
    private static final int MALFORMED = DropReason.RTCP_MALFORMED.code();
    private static final String HEAD = "fa17fa17 43032fa0 ";

    private final RtcpReader rtcp = new RtcpReader();
    private final TransportFeedbackReader feedback = new TransportFeedbackReader();

    /** Opens feedback with this base, count, reference time and rest, filled up to whole words. */
    private int open(int base, int count, int reference, String rest) {
        StringBuilder hex = new StringBuilder(HEAD.replace(" ", ""));
        hex.append(String.format("%04x%04x%06x00", base, count, reference & 0xff_ffff));
        hex.append(rest.replace(" ", ""));
        while (hex.length() % 8 != 0) {
            hex.append('0');
        }
        byte[] bytes = HexFormat.of().parseHex("8fcd" + String.format("%04x", hex.length() / 8) + hex);
        assertEquals(0, rtcp.open(MemorySegment.ofArray(bytes), 0, bytes.length));
        assertEquals(RtcpReader.TRANSPORT_CC, rtcp.next());
        return feedback.open(rtcp);
    }

    /** Arrived ones as "number@ms", others as "number-". */
    private List<String> read() {
        List<String> read = new ArrayList<>();
        int status;
        while ((status = feedback.next()) != TransportFeedbackReader.END) {
            boolean arrived = status == TransportFeedbackReader.ARRIVED;
            read.add(feedback.sequence() + (arrived ? "@" + feedback.arrivalUs() / 1_000.0 : "-"));
        }
        return read;
    }

    @Test
    void shouldReadARunWhenAllDeltasAreAlike() {
        assertEquals(0, open(65_534, 4, 1, "2004 04 08 00 ff"));
        assertEquals(List.of("65534@65.0", "65535@67.0", "0@67.0", "1@130.75"), read());
    }

    @Test
    void shouldReadVectorsWhenPacketsAreMissing() {
        // Two-bit vector: small, missing, large; then a run of three missing; then a one-bit vector of two.
        assertEquals(0, open(10, 12, 0, "d200 0003 a000 04 fffc 08"));
        assertEquals(
                List.of("10@1.0", "11-", "12@0.0", "13-", "14-", "15-", "16-", "17-", "18-", "19-", "20@2.0", "21-"),
                read());
    }

    @Test
    void shouldFollowTheClockWhenTheReferenceTimeWraps() {
        assertEquals(0, open(1, 1, 0x7f_ffff, "2001 00"));
        assertEquals(List.of("1@" + 0x7f_ffffL * 64.0), read());
        assertEquals(0, open(2, 1, 0x80_0000, "2001 00"));
        assertEquals(List.of("2@" + 0x80_0000L * 64.0), read());
        assertEquals(0, open(3, 1, 0xff_ffff, "2001 00"));
        read();
        assertEquals(0, open(4, 1, 1, "2001 00"));
        assertEquals(List.of("4@" + 0x100_0001L * 64.0), read());
    }

    @Test
    void shouldRefuseWhenChunksOrDeltasDoNotFit() {
        assertEquals(MALFORMED, open(0, 5, 0, ""));
        assertEquals(MALFORMED, open(0, 9, 0, "2009 0000"));
        assertEquals(MALFORMED, open(0, 40, 0, "4028 0000"));
        assertEquals(MALFORMED, open(0, 3, 0, "2000 0000"), "a run of none");
        assertEquals(MALFORMED, open(0, 60_000, 0, "1fff 1fff 1fff 1fff 1fff 1fff 1fff 1fff"), "too much to tell");
        assertEquals(TransportFeedbackReader.END, feedback.next());
    }

    @Test
    void shouldTakeTheReservedSymbolForMissing() {
        assertEquals(0, open(0, 2, 0, "6002 0000"));
        assertEquals(List.of("0-", "1-"), read());
    }

    @Test
    void shouldSaturateWhenARembIsBeyondAllMeasure() {
        assertEquals(Long.MAX_VALUE, remb("ffffff"));
        assertEquals(0, remb("fc0000"));
        assertEquals(1L << 62, remb("f80001"));
        assertEquals(Long.MAX_VALUE, remb("fc0001"));
        assertEquals(475_712, remb("07a120"));
    }

    private long remb(String bitrate) {
        byte[] bytes = HexFormat.of().parseHex("8fce0004" + "00000001" + "00000000" + "52454d42" + "00" + bitrate);
        assertEquals(0, rtcp.open(MemorySegment.ofArray(bytes), 0, bytes.length));
        assertEquals(RtcpReader.REMB, rtcp.next());
        return rtcp.rembBps();
    }
}
