package dev.sluice.engine.rtp;

import static dev.sluice.engine.rtp.TestPacket.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The header extensions that a player gets. */
class RtpRewriterExtensionsTest extends RewriterFixture {
    @Test
    void shouldContinueTheFrameNumberOfTheDependencyDescriptor() {
        rewriter = rewriter(
                Codec.AV1, new ExtensionMap(type -> type == ExtensionType.DEPENDENCY_DESCRIPTOR ? 9 : 0), null, true);
        byte[] key = hex("18 08 0000002d4cffb3c6af9804");
        for (int[] numbers : new int[][] {{65_535, 65_535}, {40, 0}, {7, 1}}) {
            add(new TestPacket()
                    .timestamp(numbers[0])
                    .twoByte(DESCRIPTOR, TestPayloads.dependencyDescriptor(numbers[0], 20))
                    .payload(key));
            write();
            assertEquals(0x1000, written.extensionProfile(), "23 bytes need the two-byte form");
            assertEquals(numbers[1], Bytes.u16(out, written.extension(9) + 1));
            assertEquals(23, written.elementLength());
            newSource();
        }
        add(new TestPacket()
                .timestamp(9)
                .oneByte(DESCRIPTOR, TestPayloads.dependencyDescriptor(1234, 0))
                .payload(key));
        write();
        assertEquals(0xbede, written.extensionProfile());
        assertEquals(2, Bytes.u16(out, written.extension(9) + 1));
    }

    @Test
    void shouldLeaveOutWhatNeedsTheTwoByteFormWhenThePlayerDoesNotTakeIt() {
        ExtensionMap ids = new ExtensionMap(type -> switch (type) {
            case DEPENDENCY_DESCRIPTOR -> 9;
            case VIDEO_ORIENTATION -> 20;
            case AUDIO_LEVEL -> 14;
            default -> 0;
        });
        TestPacket packet = new TestPacket()
                .twoByte(DESCRIPTOR, TestPayloads.dependencyDescriptor(5, 14))
                .twoByte(ORIENTATION, (byte) 1)
                .twoByte(AUDIO_LEVEL, (byte) 2)
                .payload((byte) 1);
        rewriter = rewriter(Codec.OPUS, ids, null, false);
        add(packet);
        write();
        assertEquals(0xbede, written.extensionProfile());
        assertEquals(-1, written.extension(9));
        assertEquals(-1, written.extension(20));
        assertElement(14, "02");
        rewriter = rewriter(Codec.OPUS, ids, null, true);
        add(packet);
        write();
        assertEquals(0x1000, written.extensionProfile());
        assertElement(20, "01");
        assertElement(14, "02");
        assertTrue(written.extension(9) > 0);
    }

    @Test
    void shouldWriteNoExtensionWhenNothingFits() {
        rewriter = rewriter(
                Codec.OPUS, new ExtensionMap(type -> type == ExtensionType.AUDIO_LEVEL ? 200 : 0), null, false);
        add(new TestPacket().oneByte(AUDIO_LEVEL, (byte) 2).payload((byte) 1));
        assertEquals(13, write());
        assertEquals(0, written.extensionProfile());
    }

    @Test
    void shouldWriteMidAndSendTimeOfOurOwn() {
        rewriter = rewriter(Codec.OPUS, new ExtensionMap(type -> type.ordinal() + 1), "audio0", false);
        add(new TestPacket()
                .oneByte(PUBLISHER_IDS.id(ExtensionType.MID), (byte) 'x')
                .oneByte(PUBLISHER_IDS.id(ExtensionType.ABS_SEND_TIME), hex("010203"))
                .oneByte(PUBLISHER_IDS.id(ExtensionType.TRANSPORT_CC), hex("0102"))
                .oneByte(AUDIO_LEVEL, (byte) 0x7f)
                .payload((byte) 1));
        int length = reader.next() ? rewriter.write(reader, out, 0, 1500, 0, 65_500_000_000L) : 0;
        assertEquals(0, written.parse(out, 0, length));
        assertElement(1, HexFormat.of().formatHex("audio0".getBytes(StandardCharsets.US_ASCII)));
        assertElement(2, "060000");
        assertElement(AUDIO_LEVEL, "7f");
        assertEquals(-1, written.extension(PUBLISHER_IDS.id(ExtensionType.TRANSPORT_CC)));
        assertEquals(0, written.extensionLength() % 4);
    }

    @Test
    void shouldWriteSendTimeFromAnyClock() {
        rewriter = rewriter(
                Codec.OPUS, new ExtensionMap(type -> type == ExtensionType.ABS_SEND_TIME ? 3 : 0), null, false);
        for (long nowNs : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            add(new TestPacket().payload((byte) 1));
            assertTrue(reader.next());
            assertEquals(21, rewriter.write(reader, out, 0, 1500, 0, nowNs));
        }
        add(new TestPacket().payload((byte) 1));
        assertTrue(reader.next());
        rewriter.write(reader, out, 0, 1500, 0, -500_000_000L);
        written.parse(out, 0, 21);
        assertElement(3, "fe0000");
    }

    @Test
    void shouldWriteALongMidInTheTwoByteFormOnly() {
        ExtensionMap ids = new ExtensionMap(type -> type == ExtensionType.MID ? 3 : 0);
        rewriter = rewriter(Codec.OPUS, ids, "a-section-with-a-long-name", true);
        add(new TestPacket().payload((byte) 1));
        write();
        assertEquals(0x1000, written.extensionProfile());
        assertTrue(written.extension(3) > 0);
        rewriter = rewriter(Codec.OPUS, ids, "a-section-with-a-long-name", false);
        add(new TestPacket().payload((byte) 1));
        assertEquals(13, write());
    }
}
