package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtpHeaderTest {
    private static final int MALFORMED = DropReason.RTP_MALFORMED.code();

    private final RtpHeader header = new RtpHeader();

    @Test
    void shouldReadEveryFieldWhenPacketHasAllParts() {
        byte[] bytes = new TestPacket()
                .payloadType(111)
                .marker()
                .sequence(0xfedc)
                .timestamp(0xfffffff0L)
                .csrcs(3)
                .oneByte(1, (byte) 0x55)
                .oneByte(4, (byte) 'a', (byte) 'b')
                .payload(new byte[] {1, 2, 3, 4, 5})
                .padding(7)
                .bytes();
        assertEquals(0, parse(bytes));
        assertEquals(111, header.payloadType());
        assertTrue(header.marker());
        assertEquals(0xfedc, header.sequenceNumber());
        assertEquals(0xfffffff0L, header.timestamp());
        assertEquals(0x11223344L, header.ssrc());
        assertEquals(5, header.payloadLength());
        assertEquals(7, header.paddingLength());
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5}, TestPacket.slice(header.segment(), header.payloadOffset(), 5));
        assertEquals(12 + 12 + 4, header.extensionOffset());
        assertEquals(8, header.extensionLength());
        assertEquals(0xbede, header.extensionProfile());
    }

    @Test
    void shouldReadPacketInTheMiddleOfASegment() {
        byte[] bytes = new TestPacket().oneByte(3, (byte) 9).payload((byte) 7).bytes();
        MemorySegment segment = TestPacket.nativeCopy(TestPacket.concat(new byte[33], bytes, new byte[5]));
        assertEquals(0, header.parse(segment, 33, bytes.length));
        assertEquals(33 + 17, header.extension(3));
        assertEquals(33 + bytes.length - 1, header.payloadOffset());
    }

    @Test
    void shouldRefuseWhenVersionIsNotTwo() {
        for (int version : new int[] {0, 1, 3}) {
            byte[] bytes = new TestPacket().payload((byte) 1).bytes();
            bytes[0] = (byte) (version << 6);
            assertEquals(MALFORMED, parse(bytes));
        }
    }

    @Test
    void shouldRefuseWhenPaddingIsZeroOrLongerThanThePayload() {
        for (int count : new int[] {0, 4, 5, 200, 255}) {
            byte[] bytes = new TestPacket().payload(new byte[3]).bytes();
            bytes[0] |= 0x20;
            bytes[bytes.length - 1] = (byte) count;
            assertEquals(MALFORMED, parse(bytes), "padding count " + count);
        }
        byte[] onlyPadding = new TestPacket().padding(255).bytes();
        assertEquals(0, parse(onlyPadding));
        assertEquals(0, header.payloadLength());
        assertEquals(255, header.paddingLength());
    }

    @Test
    void shouldRefuseWhenPaddingCountLiesInTheHeader() {
        byte[] bytes = new TestPacket().bytes();
        bytes[0] |= 0x20;
        bytes[11] = 1;
        assertEquals(MALFORMED, parse(bytes));
    }

    @Test
    void shouldRefuseEveryCutOfAPacketThatEndsInItsHeader() {
        byte[] bytes = new TestPacket()
                .csrcs(15)
                .twoByte(200, new byte[30])
                .payload(new byte[20])
                .bytes();
        int headBytes = bytes.length - 20;
        for (int length = 0; length < bytes.length; length++) {
            MemorySegment cut = TestPacket.nativeCopy(Arrays.copyOf(bytes, length));
            int result = header.parse(cut, 0, length);
            assertEquals(length < headBytes ? MALFORMED : 0, result, "length " + length);
        }
    }

    @Test
    void shouldStayInsideThePacketWhenAnyByteIsAnyValue() {
        byte[] bytes = new TestPacket()
                .csrcs(2)
                .oneByte(1, (byte) 1)
                .oneByte(2, new byte[16])
                .payload(new byte[9])
                .padding(3)
                .bytes();
        for (int i = 0; i < bytes.length; i++) {
            for (int value = 0; value < 256; value++) {
                byte[] broken = bytes.clone();
                broken[i] = (byte) value;
                assertInside(broken, broken.length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldStayInsideThePacketWhenBytesAreRandomAtEveryLength(long seed) {
        Random random = new Random(seed);
        for (int length = 0; length <= 300; length++) {
            for (int round = 0; round < 50; round++) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                if (length > 0 && round % 2 == 0) {
                    bytes[0] = (byte) (0x80 | bytes[0] & 0x3f);
                }
                if (length > 16 && round % 4 == 0) {
                    bytes[0] = (byte) (0x90 | bytes[0] & 0x20);
                    bytes[12] = (byte) (round % 8 == 0 ? 0xbe : 0x10);
                    bytes[13] = (byte) (round % 8 == 0 ? 0xde : 0x00);
                    bytes[14] = 0;
                }
                assertInside(bytes, length);
            }
        }
    }

    @Test
    void shouldSkipPaddingBetweenElements() {
        parse(new TestPacket()
                .rawExtension(false, TestPacket.hex("00 00 10aa 00 21bbcc 00"))
                .bytes());
        assertElement(1, "aa");
        assertElement(2, "bbcc");
        assertEquals(-1, header.extension(3));
        parse(new TestPacket()
                .rawExtension(true, TestPacket.hex("00 0101aa 00 0200 00 ff02bbcc"))
                .bytes());
        assertElement(1, "aa");
        assertElement(2, "");
        assertElement(255, "bbcc");
    }

    @Test
    void shouldStopAtTheReservedIdWhenFormIsOneByte() {
        parse(new TestPacket()
                .rawExtension(false, TestPacket.hex("10aa f0bb 20cc"))
                .bytes());
        assertElement(1, "aa");
        assertEquals(-1, header.extension(15));
        assertEquals(-1, header.extension(2));
        parse(new TestPacket()
                .rawExtension(false, TestPacket.hex("10aa 02bbbbbb 20cc"))
                .bytes());
        assertElement(1, "aa");
        assertEquals(-1, header.extension(2));
    }

    @Test
    void shouldKeepWhatCameBeforeWhenAnElementRunsOverTheEnd() {
        parse(new TestPacket()
                .rawExtension(false, TestPacket.hex("10aa 2fbb"))
                .payload(new byte[40])
                .bytes());
        assertElement(1, "aa");
        assertEquals(-1, header.extension(2));
        parse(new TestPacket()
                .rawExtension(true, TestPacket.hex("0101aa 02 ff bb 03"))
                .payload(new byte[300])
                .bytes());
        assertElement(1, "aa");
        assertEquals(-1, header.extension(2));
        parse(new TestPacket()
                .rawExtension(true, TestPacket.hex("0101aa 05"))
                .payload(new byte[40])
                .bytes());
        assertElement(1, "aa");
        assertEquals(-1, header.extension(5));
    }

    @Test
    void shouldIgnoreElementsWhenProfileIsUnknown() {
        byte[] bytes = new TestPacket().oneByte(1, (byte) 1).payload((byte) 5).bytes();
        bytes[12] = 0x20;
        assertEquals(0, parse(bytes));
        assertEquals(-1, header.extension(1));
        assertEquals(1, header.payloadLength());
    }

    @Test
    void shouldTakeTwoByteFormWithAnyApplicationBits() {
        byte[] bytes = new TestPacket().twoByte(1, (byte) 0xaa).bytes();
        bytes[13] = 0x0f;
        assertEquals(0, parse(bytes));
        assertElement(1, "aa");
    }

    @Test
    void shouldReadTheHeadersThatRealClientsSent() throws IOException {
        // The payload is encrypted, the header is not; the last 10 or 16 bytes are the SRTP tag.
        for (String client : new String[] {
            "chromium-publish-http",
            "firefox-publish-ws",
            "gstreamer-publish",
            "pion-publish",
            "aiortc-publish",
            "werift-publish",
            "libwebrtc-java-publish",
            "node-wrtc-publish"
        }) {
            int packets = 0;
            for (String line : wire(client).split("\n")) {
                if (line.contains(" rtp ")) {
                    byte[] bytes = HexFormat.of().parseHex(line.substring(line.lastIndexOf(' ') + 1));
                    assertEquals(0, parse(bytes), client);
                    assertTrue(header.payloadLength() > 0, client);
                    packets++;
                }
            }
            assertTrue(packets > 0, client);
        }
    }

    @Test
    void shouldFindMidAndTransportCcInChromiumsPackets() throws IOException {
        String line = wire("chromium-publish-http")
                .lines()
                .filter(l -> l.contains(" rtp 90e0"))
                .findFirst()
                .orElseThrow();
        parse(HexFormat.of().parseHex(line.substring(line.lastIndexOf(' ') + 1)));
        assertEquals(96, header.payloadType());
        assertElement(4, "31");
        assertElement(3, "0001");
        assertFalse(header.extension(13) >= 0);
    }

    private int parse(byte[] bytes) {
        return header.parse(TestPacket.nativeCopy(bytes), 0, bytes.length);
    }

    private void assertElement(int id, String hex) {
        long offset = header.extension(id);
        assertTrue(offset >= 0, "element " + id);
        assertEquals(hex, HexFormat.of().formatHex(TestPacket.slice(header.segment(), offset, header.elementLength())));
    }

    /** The segment ends with the packet, so reading outside would throw. */
    private void assertInside(byte[] bytes, int length) {
        MemorySegment segment = TestPacket.nativeCopy(bytes);
        if (header.parse(segment, 0, length) == 0) {
            assertEquals(length, header.payloadOffset() + header.payloadLength() + header.paddingLength());
            header.rewindElements();
            while (header.nextElement()) {
                assertTrue(header.elementOffset() >= header.extensionOffset());
                assertTrue(header.elementOffset() + header.elementLength()
                        <= header.extensionOffset() + header.extensionLength());
            }
        }
    }

    static String wire(String name) throws IOException {
        try (InputStream in = RtpHeaderTest.class.getResourceAsStream("/wire/" + name + ".datagrams")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
