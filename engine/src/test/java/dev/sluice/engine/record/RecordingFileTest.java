package dev.sluice.engine.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.RemoteAddress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format, block by block, and files that are something else. */
class RecordingFileTest {
    private static final long OFFSET_NS = 1_700_000_000_000_000_000L;
    private static final byte[] RTP = {(byte) 0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 7, 8, 9};
    private static final byte[] RTCP = {(byte) 0x80, (byte) 201, 0, 1, 0, 0, 0, 5};

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("file");
        RecordingHead head = new RecordingHead(
                Map.of("stream", "s", "session", "player"),
                List.of("v=0\r\na=mid:0\r\n"),
                OFFSET_NS,
                List.of(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("2001:db8::1")),
                List.of(7000, 7001));
        try (RecordingWriter writer = new RecordingWriter(Files.newOutputStream(file), head)) {
            writer.write(event(RecordedEvent.PUBLISHER, EventKind.TIMER, 1));
            writer.write(address(RecordedEvent.PUBLISHER, "198.51.100.7", 40_000, 0));
            writer.write(new RecordedEvent(RecordedEvent.PUBLISHER, EventKind.RTP_IN, 2, RTP));
            writer.write(address(RecordedEvent.PLAYER, "2001:db8::2", 50_000, 1));
            writer.write(event(RecordedEvent.PLAYER, EventKind.RUN, 3, 1));
            writer.write(new RecordedEvent(RecordedEvent.PLAYER, EventKind.RTP_OUT, 3, RTP));
            writer.write(new RecordedEvent(RecordedEvent.PLAYER, EventKind.RTCP_IN, 4, RTCP));
            // Of a TCP connection only the far end is known.
            writer.write(address(RecordedEvent.PLAYER, "198.51.100.8", 50_001, RemoteAddress.TCP));
            writer.write(new RecordedEvent(RecordedEvent.PLAYER, EventKind.RTCP_OUT, 5, RTCP));
            writer.end("STOPPED");
            assertEquals(4, writer.packets());
        }
    }

    private static RecordedEvent event(int source, EventKind kind, long atNs, long... values) {
        ByteBuffer payload = ByteBuffer.allocate(values.length * Long.BYTES);
        Arrays.stream(values).forEach(payload::putLong);
        return new RecordedEvent(source, kind, atNs, payload.array());
    }

    private static RecordedEvent address(int source, String address, int port, int local) throws IOException {
        RemoteAddress to = RemoteAddress.of(new InetSocketAddress(InetAddress.getByName(address), port), local);
        return event(source, EventKind.ADDRESS, 1, to.high(), to.low(), to.port(), to.localIndex());
    }

    /** The bodies of all blocks of a type. */
    private List<ByteBuffer> blocks(int type) throws IOException {
        List<ByteBuffer> found = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int blockType = bytes.getInt();
            int length = bytes.getInt();
            assertEquals(0, length & 3);
            assertEquals(length, bytes.getInt(start + length - 4));
            if (blockType == type) {
                found.add(bytes.slice(start + 8, length - 12));
            }
            bytes.position(start + length);
        }
        return found;
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException {
        RecordedSession session = RecordedSession.read(file);
        assertEquals("s", session.facts().get("stream"));
        assertEquals("STOPPED", session.end());
        assertEquals(
                List.of(
                        EventKind.TIMER,
                        EventKind.ADDRESS,
                        EventKind.RTP_IN,
                        EventKind.ADDRESS,
                        EventKind.RUN,
                        EventKind.RTP_OUT,
                        EventKind.RTCP_IN,
                        EventKind.ADDRESS,
                        EventKind.RTCP_OUT),
                session.events().stream().map(RecordedEvent::kind).toList());
        RecordedEvent sent = session.events().get(5);
        assertEquals(RecordedEvent.PLAYER, sent.source());
        assertEquals(3, sent.atNs());
        assertArrayEquals(RTP, sent.payload());
    }

    /** What a reader of pcapng that knows nothing of us sees. */
    @Test
    void shouldBePlainPcapngOfDatagramsForAnybody() throws IOException {
        ByteBuffer section = blocks(Pcapng.SECTION_HEADER).getFirst();
        assertEquals(0x1a2b3c4d, section.getInt(0));
        assertEquals(1, section.getShort(4));
        assertEquals(Pcapng.OPTION_COMMENT, section.getShort(16));
        byte[] comment = new byte[section.getShort(18)];
        section.get(20, comment);
        assertEquals("v=0\r\na=mid:0\r\n", new String(comment, StandardCharsets.UTF_8));
        assertEquals(2, blocks(Pcapng.INTERFACE).size());
        for (ByteBuffer port : blocks(Pcapng.INTERFACE)) {
            assertEquals(Pcapng.LINKTYPE_RAW, port.getShort(0));
        }
        List<ByteBuffer> packets = blocks(Pcapng.ENHANCED_PACKET);
        ByteBuffer first = packets.getFirst();
        assertEquals(0, first.getInt(0));
        assertEquals(OFFSET_NS + 2, first.getLong(4));
        int length = first.getInt(12);
        assertEquals(20 + 8 + RTP.length, length);
        ByteBuffer ip = first.slice(20, length);
        assertEquals(0, checksum(ip.slice(0, 20), 0));
        assertEquals("198.51.100.7", address(ip, 12, 4));
        assertEquals("192.0.2.1", address(ip, 16, 4));
        assertEquals(40_000, ip.getShort(20) & 0xffff);
        assertEquals(7000, ip.getShort(22));
        assertEquals(8 + RTP.length, ip.getShort(24));
        assertEquals(0, checksum(ip.slice(20, length - 20), 17 + length - 20 + sum(ip.slice(12, 8))));
        // Flags: the direction.
        assertEquals(Pcapng.INBOUND, first.getInt(20 + (length + 3 & ~3) + 4));

        ByteBuffer v6 = packets.get(1).slice(20, packets.get(1).getInt(12));
        assertEquals(6, v6.get(0) >> 4);
        assertEquals(8 + RTP.length, v6.getShort(4));
        assertEquals("2001:db8:0:0:0:0:0:1", address(v6, 8, 16));
        assertEquals("2001:db8:0:0:0:0:0:2", address(v6, 24, 16));
        assertEquals(7001, v6.getShort(40));
        int udpLength = 8 + RTP.length;
        assertEquals(0, checksum(v6.slice(40, udpLength), 17 + udpLength + sum(v6.slice(8, 32))));
        assertEquals("0.0.0.0", address(packets.get(3).slice(20, 28), 12, 4));
    }

    private static String address(ByteBuffer packet, int at, int length) throws IOException {
        byte[] address = new byte[length];
        packet.get(at, address);
        return InetAddress.getByAddress(address).getHostAddress();
    }

    private static int sum(ByteBuffer bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.capacity(); i++) {
            sum += (bytes.get(i) & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    /** 0 when it is right (RFC 1071). */
    private static int checksum(ByteBuffer bytes, int besides) {
        int sum = sum(bytes) + besides;
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return ~sum & 0xffff;
    }

    @Test
    void shouldRefuseAFileThatIsCutAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(RecordingFormatException.class, () -> RecordedSession.read(file), "cut at " + length);
        }
    }

    @Test
    void shouldReadOrRefuseAnythingElse() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(4);
        for (int i = 0; i < 3_000; i++) {
            byte[] changed = whole.clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            Files.write(file, changed);
            try {
                assertTrue(RecordedSession.read(file).events().size() < 50);
            } catch (RecordingFormatException e) {
                assertTrue(e.getMessage().length() < 200);
            }
        }
        byte[] noise = new byte[10_000];
        random.nextBytes(noise);
        Files.write(file, noise);
        assertThrows(RecordingFormatException.class, () -> RecordedSession.read(file));
    }

    @Test
    void shouldRefuseWhatIsTooLargeOrNoFileAtAll() throws IOException {
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(1L << 40);
        }
        assertThrows(RecordingFormatException.class, () -> RecordedSession.read(file));
        assertThrows(RecordingFormatException.class, () -> RecordedSession.read(folder));
        assertThrows(RecordingFormatException.class, () -> RecordedSession.read(folder.resolve("nothing")));
    }
}
