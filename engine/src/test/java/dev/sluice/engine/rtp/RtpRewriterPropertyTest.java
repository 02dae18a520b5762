package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever sources follow each other, with loss, reordering, wraps and any form of the counters: the player sees one
 * stream. Checked against what a player can see, not against how it is done.
 */
class RtpRewriterPropertyTest {
    private static final int RUNS = 60;
    private static final ExtensionMap IDS = new ExtensionMap(type -> type.ordinal() + 1);
    private static final int DESCRIPTOR = IDS.id(ExtensionType.DEPENDENCY_DESCRIPTOR);

    /** What a source sent in one packet: extended numbers, so that differences need no modulo. */
    private record Sent(
            long sequence,
            long timestamp,
            long pictureId,
            boolean longPictureId,
            long tl0,
            long keyIndex,
            long frame,
            boolean keyStart,
            byte[] bytes) {}

    /** What the player has seen last, extended over all sources. */
    private static final class Seen {
        long sequence;
        long timestamp;
        long pictureId = -1;
        long tl0 = -1;
        long keyIndex = -1;
        long frame = -1;
    }

    private final MemorySegment out = PacketLogTest.memory(2048);
    private final RtpHeader header = new RtpHeader();

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"OPUS", "VP8", "VP9", "H264"})
    void shouldWriteOneContinuousStreamOverAnySources(Codec codec) {
        for (long seed = 1; seed <= RUNS; seed++) {
            try {
                run(codec, new Random(seed));
            } catch (AssertionError e) {
                throw new AssertionError(codec + " seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private void run(Codec codec, Random random) {
        int firstSequence = random.nextInt(32_768);
        long firstTimestamp = random.nextInt() & 0xffff_ffffL;
        RtpRewriter rewriter = new RtpRewriter(7, 100, -1, codec, null, IDS, true, firstSequence, firstTimestamp);
        Seen seen = new Seen();
        seen.sequence = firstSequence - 1L;
        Set<Long> sequences = new HashSet<>();
        long nowNs = random.nextInt();
        int sources = 2 + random.nextInt(5);
        for (int i = 0; i < sources; i++) {
            List<Sent> packets = reorder(source(codec, random), random);
            nowNs += random.nextInt(2_000_000_000);
            play(codec, rewriter, packets, nowNs, i == 0, seen, sequences);
            rewriter.switchSource();
        }
    }

    private void play(
            Codec codec,
            RtpRewriter rewriter,
            List<Sent> packets,
            long nowNs,
            boolean first,
            Seen seen,
            Set<Long> sequences) {
        PacketLog log = new PacketLog(PacketLogTest.memory(1 << 19), () -> {});
        PacketLogReader reader = new PacketLogReader(log, 0);
        Sent anchor = null;
        Seen begin = new Seen();
        Seen newest = copy(seen);
        for (Sent sent : packets) {
            append(log, codec, sent, nowNs);
            assertTrue(reader.next());
            int length = rewriter.write(reader, out, 0, 1500, 0, 0);
            if (anchor == null) {
                if (codec.isVideo() && !sent.keyStart()) {
                    assertEquals(DropReason.RTP_BEFORE_KEY_FRAME.code(), length);
                    continue;
                }
                anchor = sent;
                begin = begin(seen, sent, first, length);
            } else if (sent.sequence() < anchor.sequence()) {
                assertEquals(DropReason.RTP_LATE.code(), length);
                continue;
            }
            assertPacket(codec, sent, anchor, begin, length, sequences);
            advance(newest, sent, anchor, begin);
        }
        seen.sequence = newest.sequence;
        seen.timestamp = newest.timestamp;
        seen.pictureId = newest.pictureId;
        seen.tl0 = newest.tl0;
        seen.keyIndex = newest.keyIndex;
        seen.frame = newest.frame;
    }

    /** Where a source has to begin in the player's stream, given what the player saw last. */
    private Seen begin(Seen last, Sent sent, boolean first, int length) {
        assertTrue(length > 0, "a source begins with its first packet that may");
        header.parse(out, 0, length);
        Seen begin = new Seen();
        begin.sequence = last.sequence + 1;
        if (first) {
            begin.timestamp = header.timestamp();
        } else {
            // Later than anything before, by less than the 2 s that a source is away here.
            long step = header.timestamp() - last.timestamp & 0xffff_ffffL;
            assertTrue(step >= 1 && step <= 2 * 90_000, "timestamp step " + step);
            begin.timestamp = last.timestamp + step;
        }
        // The player sees no more of the first source's number than its bits.
        int bits = sent.longPictureId() ? 0x7fff : 0x7f;
        begin.pictureId = last.pictureId < 0 ? sent.pictureId() & bits : last.pictureId + 1;
        begin.tl0 = last.tl0 < 0 ? sent.tl0() : last.tl0 + 1;
        begin.keyIndex = last.keyIndex < 0 ? sent.keyIndex() : last.keyIndex + 1;
        begin.frame = last.frame < 0 ? sent.frame() : last.frame + 1;
        return begin;
    }

    private void assertPacket(Codec codec, Sent sent, Sent anchor, Seen begin, int length, Set<Long> sequences) {
        assertTrue(length > 0, "packet " + sent.sequence() + " was dropped: " + length);
        assertEquals(0, header.parse(out, 0, length));
        long sequence = begin.sequence + sent.sequence() - anchor.sequence();
        assertTrue(sequences.add(sequence), "a sequence number twice");
        assertEquals(sequence & 0xffff, header.sequenceNumber());
        assertEquals(begin.timestamp + sent.timestamp() - anchor.timestamp() & 0xffff_ffffL, header.timestamp());
        long pictureId = begin.pictureId + sent.pictureId() - anchor.pictureId();
        long tl0 = begin.tl0 + sent.tl0() - anchor.tl0();
        long at = header.payloadOffset() + (codec == Codec.VP8 ? 2 : 1);
        if (codec == Codec.VP8 || codec == Codec.VP9) {
            if (sent.longPictureId()) {
                assertEquals(0x8000 | pictureId & 0x7fff, Bytes.u16(out, at));
            } else {
                assertEquals(pictureId & 0x7f, Bytes.u8(out, at));
            }
            at += (sent.longPictureId() ? 2 : 1) + (codec == Codec.VP9 ? 1 : 0);
            assertEquals(tl0 & 0xff, Bytes.u8(out, at));
        }
        if (codec == Codec.VP8) {
            assertEquals(begin.keyIndex + sent.keyIndex() - anchor.keyIndex() & 0x1f, Bytes.u8(out, at + 1) & 0x1f);
        }
        long descriptor = header.extension(DESCRIPTOR);
        assertTrue(descriptor > 0);
        assertEquals(begin.frame + sent.frame() - anchor.frame() & 0xffff, Bytes.u16(out, descriptor + 1));
    }

    private static void advance(Seen newest, Sent sent, Sent anchor, Seen begin) {
        newest.sequence = Math.max(newest.sequence, begin.sequence + sent.sequence() - anchor.sequence());
        long timestamp = begin.timestamp + sent.timestamp() - anchor.timestamp();
        newest.timestamp = Math.max(newest.timestamp, timestamp);
        newest.pictureId = Math.max(newest.pictureId, begin.pictureId + sent.pictureId() - anchor.pictureId());
        newest.tl0 = Math.max(newest.tl0, begin.tl0 + sent.tl0() - anchor.tl0());
        newest.keyIndex = Math.max(newest.keyIndex, begin.keyIndex + sent.keyIndex() - anchor.keyIndex());
        newest.frame = Math.max(newest.frame, begin.frame + sent.frame() - anchor.frame());
    }

    private static Seen copy(Seen seen) {
        Seen copy = new Seen();
        copy.sequence = seen.sequence;
        copy.timestamp = seen.timestamp;
        copy.pictureId = seen.pictureId;
        copy.tl0 = seen.tl0;
        copy.keyIndex = seen.keyIndex;
        copy.frame = seen.frame;
        return copy;
    }

    /** Frames of a few packets; counters start near a wrap, or anywhere. */
    private static List<Sent> source(Codec codec, Random random) {
        long sequence = 65_536 + nearWrap(random, 1 << 16);
        long timestamp = random.nextBoolean() ? 0xffff_ffffL - random.nextInt(200_000) : random.nextInt(1 << 30);
        boolean longId = random.nextBoolean();
        long pictureId = nearWrap(random, longId ? 1 << 15 : 1 << 7);
        long tl0 = nearWrap(random, 256);
        long keyIndex = nearWrap(random, 32);
        long frame = nearWrap(random, 1 << 16);
        List<Sent> packets = new ArrayList<>();
        int frames = 5 + random.nextInt(120);
        for (int i = 0; i < frames; i++) {
            boolean key = i == 2 || random.nextInt(30) == 0;
            int parts = 1 + random.nextInt(4);
            for (int part = 0; part < parts; part++) {
                byte[] payload = payload(codec, part == 0, key, (int) pictureId, longId, (int) tl0, (int) keyIndex);
                byte[] bytes = new TestPacket()
                        .sequence((int) sequence & 0xffff)
                        .timestamp(timestamp)
                        .oneByte(DESCRIPTOR, TestPayloads.dependencyDescriptor((int) frame, 0))
                        .payload(payload)
                        .bytes();
                packets.add(new Sent(
                        sequence, timestamp, pictureId, longId, tl0, keyIndex, frame, key && part == 0, bytes));
                sequence++;
            }
            timestamp += 1 + random.nextInt(9_000);
            pictureId++;
            frame++;
            tl0 += random.nextInt(2);
            keyIndex += key ? 1 : 0;
        }
        return packets;
    }

    private static long nearWrap(Random random, int modulus) {
        return random.nextBoolean() ? modulus - 1 - random.nextInt(5) : random.nextInt(modulus);
    }

    private static byte[] payload(
            Codec codec, boolean start, boolean key, int pictureId, boolean longId, int tl0, int keyIndex) {
        int id = longId ? pictureId & 0x7fff : pictureId & 0x7f;
        return switch (codec) {
            case VP8 -> TestPayloads.vp8(start, key, id, longId, tl0 & 0xff, keyIndex & 0x1f);
            case VP9 -> TestPayloads.vp9(start, key, id, longId, tl0 & 0xff);
            case H264 -> start && key ? TestPayloads.H264_SPS : TestPayloads.H264_SLICE;
            default -> new byte[] {1, 2, 3};
        };
    }

    /** Loses one packet in ten and moves some by up to ten places. */
    private static List<Sent> reorder(List<Sent> packets, Random random) {
        List<Sent> out = new ArrayList<>();
        for (Sent sent : packets) {
            // The key frame that the source is joined at stays, or a short source might never begin.
            if (random.nextInt(10) != 0 || sent.keyStart()) {
                int back = random.nextInt(5) == 0 ? random.nextInt(10) : 0;
                out.add(Math.max(0, out.size() - back), sent);
            }
        }
        return out;
    }

    private static void append(PacketLog log, Codec codec, Sent sent, long nowNs) {
        RtpHeader header = new RtpHeader();
        MemorySegment segment = MemorySegment.ofArray(sent.bytes());
        assertEquals(0, header.parse(segment, 0, sent.bytes().length));
        int description = codec.describe(segment, header.payloadOffset(), header.payloadLength());
        assertTrue(log.append(header, IDS, description, sent.sequence(), nowNs) >= 0);
    }
}
