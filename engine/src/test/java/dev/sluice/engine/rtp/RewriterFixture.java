package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A rewriter between a log of test packets and what was written of them. */
abstract class RewriterFixture {
    static final ExtensionMap NO_IDS = new ExtensionMap(type -> 0);
    static final ExtensionMap PUBLISHER_IDS = new ExtensionMap(type -> type.ordinal() + 1);
    static final int AUDIO_LEVEL = PUBLISHER_IDS.id(ExtensionType.AUDIO_LEVEL);
    static final int DESCRIPTOR = PUBLISHER_IDS.id(ExtensionType.DEPENDENCY_DESCRIPTOR);
    static final int ORIENTATION = PUBLISHER_IDS.id(ExtensionType.VIDEO_ORIENTATION);

    final MemorySegment out = PacketLogTest.memory(2048);
    final RtpHeader written = new RtpHeader();
    PacketLog log = new PacketLog(PacketLogTest.memory(1 << 16), () -> {});
    PacketLogReader reader = new PacketLogReader(log, 0);
    RtpRewriter rewriter = rewriter(Codec.OPUS, NO_IDS, null, false);
    long sequence = 70_000;
    long arrivalNs = 5_000_000_000L;

    static RtpRewriter rewriter(Codec codec, ExtensionMap ids, String mid, boolean twoByte) {
        byte[] midValue = mid == null ? null : mid.getBytes(StandardCharsets.US_ASCII);
        return new RtpRewriter(0xcafebabeL, 100, -1, codec, midValue, ids, twoByte, 500, 9_000);
    }

    void newSource() {
        log = new PacketLog(PacketLogTest.memory(1 << 14), () -> {});
        reader = new PacketLogReader(log, 0);
        rewriter.switchSource();
        sequence += 12_345;
    }

    void add(TestPacket packet) {
        add(packet, sequence++, 0);
    }

    void add(TestPacket packet, long extendedSequence, int extra) {
        RtpHeader header = packet.header();
        int description =
                rewriter.codec().describe(header.segment(), header.payloadOffset(), header.payloadLength()) | extra;
        assertTrue(log.append(header, PUBLISHER_IDS, description, extendedSequence, arrivalNs) >= 0);
    }

    void addVp8(boolean key, int pictureId, boolean longId) {
        add(new TestPacket().timestamp(sequence * 3000).payload(TestPayloads.vp8(true, key, pictureId, longId, 1, 1)));
    }

    void addRed(byte[] payload) {
        RtpHeader header = new TestPacket()
                .payloadType(63)
                .payload(payload)
                .padding(payload.length == 0 ? 3 : 0)
                .header();
        int description = Codec.RED.describe(header.segment(), header.payloadOffset(), header.payloadLength());
        log.append(header, PUBLISHER_IDS, description, sequence++, arrivalNs);
    }

    int tryWrite() {
        assertTrue(reader.next());
        return rewriter.write(reader, out, 3, 1500, 0, 0);
    }

    /** Writes the next record and lays {@link #written} over it. */
    int write() {
        int length = tryWrite();
        assertTrue(length >= 12, () -> "dropped: " + DropReason.ofCode(length));
        assertEquals(0, written.parse(out, 3, length));
        return length;
    }

    byte[] payload() {
        return head(written.payloadLength());
    }

    byte[] head(int bytes) {
        return TestPacket.slice(out, written.payloadOffset(), bytes);
    }

    void assertElement(int id, String expected) {
        long offset = written.extension(id);
        assertTrue(offset >= 0, "element " + id);
        assertEquals(expected, HexFormat.of().formatHex(TestPacket.slice(out, offset, written.elementLength())));
    }
}
