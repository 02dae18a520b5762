package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a player gets of a stream in layers, and how its numbers close up. */
class LayerFilterTest {
    private static final ExtensionMap NO_IDS = new ExtensionMap(type -> 0);
    private static final int FRAME_TICKS = 3_000;

    private final PacketLog log = new PacketLog(PacketLogTest.memory(1 << 16), () -> {});
    private final PacketLogReader reader = new PacketLogReader(log, 0);
    private final LayerFilter filter = new LayerFilter();
    private final MemorySegment out = PacketLogTest.memory(2048);
    private final RtpHeader header = new RtpHeader();
    private final List<Integer> sequences = new ArrayList<>();
    private final List<Long> extended = new ArrayList<>();
    private final List<Integer> pictures = new ArrayList<>();
    private final List<Boolean> markers = new ArrayList<>();
    private RtpRewriter rewriter = rewriter(Codec.VP8);
    private Codec codec = Codec.VP8;
    private long sequence = 65_000;
    private long nowNs = 1_000_000_000L;
    private int frame;

    /** Temporal layers 0 2 1 2 as libwebrtc has them: which frames each needs. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldLeaveTemporalLayersOutSoThatTheRestDecodesAndIsNumberedOnByOne(long seed) {
        Random random = new Random(seed);
        Set<Integer> sent = new HashSet<>();
        int base = 0;
        int middle = -1;
        int most = 3;
        for (int i = 0; i < 2_000; i++) {
            boolean key = i % 400 == 0;
            int phase = i % 4;
            int temporal = phase == 0 ? 0 : phase == 2 ? 1 : 2;
            if (random.nextInt(20) == 0) {
                most = random.nextInt(3);
                filter.limit(0, most, 0, 2);
            }
            boolean passed = vp8Frame(key, temporal, phase == 1 || phase == 2);
            if (passed) {
                assertTrue(key || temporal == 0 || sent.contains(base), "seed " + seed + " frame " + i);
                assertTrue(phase != 3 || sent.contains(middle), "seed " + seed + " frame " + i);
                assertTrue(temporal <= most, "seed " + seed + " frame " + i);
                sent.add(i);
            } else {
                assertTrue(temporal > 0);
            }
            base = temporal == 0 ? i : base;
            middle = temporal == 1 ? i : middle;
        }
        assertGapless(seed);
        assertTrue(sent.size() > 600 && sent.size() < 1_900, "seed " + seed + ": " + sent.size());
    }

    @Test
    void shouldGetAllAgainWithoutAKeyFrame() {
        vp8Frame(true, 0, false);
        filter.limit(0, 0, 0, 2);
        assertFalse(vp8Frame(false, 2, true));
        filter.limit(0, 3, 0, 2);
        assertFalse(vp8Frame(false, 2, false), "depends on what was left out");
        vp8Frame(false, 0, false);
        assertFalse(vp8Frame(false, 2, true), "the layer between first");
        assertTrue(vp8Frame(false, 1, true));
        assertFalse(vp8Frame(false, 2, false));
        assertTrue(vp8Frame(false, 2, true));
        assertTrue(filter.isOpen());
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7})
    void shouldNeverGiveANumberTwiceUnderLossAndReordering(long seed) {
        Random random = new Random(seed);
        List<long[]> way = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            int temporal = i % 4 == 0 ? 0 : i % 4 == 2 ? 1 : 2;
            for (int packet = 0; packet < 3; packet++) {
                if (random.nextInt(20) != 0 || i == 0) {
                    way.add(new long[] {i, packet, temporal, i * 3L + packet});
                }
            }
        }
        for (int i = 3; i < way.size(); i++) {
            if (random.nextInt(10) == 0) {
                way.add(Math.max(3, i - random.nextInt(30)), way.remove(i));
            }
        }
        for (long[] packet : way) {
            if (random.nextInt(100) == 0) {
                filter.limit(0, random.nextInt(4), 0, 2);
            }
            frame = (int) packet[0];
            sequence = 65_000 + packet[3];
            vp8Packet(packet[0] == 0, (int) packet[2], true, packet[1] == 0, packet[1] == 2);
        }
        assertEquals(sequences.size(), new HashSet<>(unwrapped()).size(), "seed " + seed);
        assertTrue(sequences.size() > 2_000, "seed " + seed);
    }

    @Test
    void shouldCountWhatIsMissingWithinAPictureLeftOut() {
        vp8Frame(true, 0, false);
        filter.limit(0, 0, 0, 2);
        vp8Packet(false, 2, true, true, false);
        sequence++;
        vp8Packet(false, 2, true, false, true);
        frame++;
        vp8Frame(false, 0, false);
        assertGapless(0);
    }

    @Test
    void shouldLeaveNoGapWhereTheBeginningOfAPictureLeftOutIsMissing() {
        vp8Frame(true, 0, false);
        filter.limit(0, 0, 0, 2);
        vp8Frame(false, 0, false);
        long first = sequence++;
        vp8Packet(false, 2, true, false, true);
        frame++;
        vp8Frame(false, 0, false);
        assertGapless(0);
        // Repaired when it is too late for its picture: it has no number that could be asked for.
        long next = sequence;
        int before = sequences.size();
        sequence = first;
        vp8Packet(false, 2, true, true, false);
        sequence = next;
        assertEquals(before, sequences.size());
    }

    @Test
    void shouldLeaveSpatialLayersOutAndEndThePictureThere() {
        use(Codec.VP9);
        filter.limit(1, 3, 2, 0);
        for (int i = 0; i < 10; i++) {
            for (int spatial = 0; spatial < 3; spatial++) {
                assertEquals(spatial < 2, vp9Frame(i == 0, spatial, i > 0, false, spatial == 2));
            }
            frame++;
        }
        assertGapless(0);
        for (int i = 0; i < markers.size(); i++) {
            assertEquals(i % 2 == 1, markers.get(i));
        }
        assertFalse(filter.needsKeyFrame());
        // Upper layers go on from their own past: only a key picture begins them.
        filter.limit(2, 3, 2, 0);
        assertTrue(filter.needsKeyFrame());
        vp9Frame(false, 0, true, false, false);
        assertFalse(vp9Frame(false, 2, true, false, true));
        frame++;
        for (int spatial = 0; spatial < 3; spatial++) {
            assertTrue(vp9Frame(true, spatial, false, false, spatial == 2));
        }
        assertTrue(filter.isOpen());
    }

    @Test
    void shouldSendNothingOfLowerLayersThatOnlyKeyPicturesNeed() {
        use(Codec.VP9);
        filter.limit(1, 3, 2, 0);
        for (int spatial = 0; spatial < 3; spatial++) {
            assertEquals(spatial < 2, vp9Frame(true, spatial, false, false, spatial == 2));
        }
        frame++;
        for (int i = 0; i < 5; i++) {
            for (int spatial = 0; spatial < 3; spatial++) {
                assertEquals(spatial == 1, vp9Frame(false, spatial, true, true, spatial == 2));
            }
            frame++;
        }
        // The lowest layer's chain is broken: down only from a key picture on.
        filter.limit(0, 3, 2, 0);
        assertTrue(filter.needsKeyFrame());
        assertFalse(vp9Frame(false, 0, true, true, false));
        assertTrue(vp9Frame(false, 1, true, true, false));
        frame++;
        assertTrue(vp9Frame(true, 0, false, false, false));
        assertFalse(vp9Frame(true, 1, false, false, true));
        assertGapless(0);
    }

    @Test
    void shouldLeaveWholePicturesOutUpToAKeyFrameWhenEvenTheLowestIsTooMuch() {
        vp8Frame(true, 0, false);
        // A picture has 2 × 20 bytes: 8,000 bit/s at 25 a second.
        filter.budget(2_000, nowNs);
        int passed = 0;
        boolean ended = false;
        for (int i = 0; i < 250; i++) {
            boolean passes = vp8Frame(false, 0, false);
            passed += passes ? 1 : 0;
            assertFalse(ended && passes, "nothing between the gap and a key frame");
            ended |= !passes;
        }
        assertTrue(passed >= 2 && passed < 50, passed + " passed");
        assertTrue(filter.isStarving());
        assertTrue(filter.waitsForKeyFrame(nowNs));
        assertTrue(vp8Frame(true, 0, false));
        assertTrue(filter.takeResumed());
        assertFalse(filter.takeResumed());
        filter.budget(LayerFilter.NO_BUDGET, nowNs);
        assertTrue(vp8Frame(false, 0, false));
        assertTrue(filter.isOpen());
        assertGapless(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE - 1, -5})
    void shouldTakeAnyBudget(long budgetBps) {
        filter.budget(budgetBps, nowNs);
        for (int i = 0; i < 100; i++) {
            vp8Frame(i % 30 == 0, 0, false);
        }
        assertGapless(0);
    }

    private void assertGapless(long seed) {
        for (int i = 1; i < sequences.size(); i++) {
            assertEquals(sequences.get(i - 1) + 1 & 0xffff, sequences.get(i), "seed " + seed + " at " + i);
            int step = pictures.get(i) - pictures.get(i - 1) & 0x7fff;
            assertTrue(codec != Codec.VP8 || step == (markers.get(i - 1) ? 1 : 0), "seed " + seed + " at " + i);
        }
    }

    private List<Long> unwrapped() {
        SequenceExtender extender = new SequenceExtender();
        return sequences.stream().map(extender::extend).toList();
    }

    private void use(Codec next) {
        codec = next;
        rewriter = rewriter(next);
    }

    private static RtpRewriter rewriter(Codec codec) {
        return new RtpRewriter(0xcafebabeL, 100, -1, codec, null, NO_IDS, false, 500, 9_000, null);
    }

    /** A frame of two packets; whether both passed, or neither. */
    private boolean vp8Frame(boolean key, int temporal, boolean sync) {
        boolean first = vp8Packet(key, temporal, sync, true, false);
        assertEquals(first, vp8Packet(key, temporal, sync, false, true));
        frame++;
        return first;
    }

    private boolean vp8Packet(boolean key, int temporal, boolean sync, boolean first, boolean last) {
        byte[] payload = new byte[20];
        payload[0] = (byte) (first ? 0x90 : 0x80);
        payload[1] = (byte) 0xe0;
        payload[2] = (byte) (0x80 | frame + 100 >> 8 & 0x7f);
        payload[3] = (byte) (frame + 100);
        payload[4] = (byte) (frame / 4);
        payload[5] = (byte) (temporal << 6 | (sync ? 0x20 : 0));
        System.arraycopy(
                key && first
                        ? new byte[] {0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a, 64, 1, (byte) 180, 0}
                        : new byte[] {0x11},
                0,
                payload,
                6,
                key && first ? 10 : 1);
        return packet(payload, last);
    }

    /** A spatial layer's frame of one packet, flexible mode. */
    private boolean vp9Frame(boolean key, int spatial, boolean inter, boolean notForUpper, boolean last) {
        byte[] payload = new byte[20];
        payload[0] = (byte) (0x80 | (inter ? 0x40 : 0) | 0x20 | 0x10 | 0x0c | (notForUpper ? 1 : 0));
        payload[1] = (byte) (0x80 | frame >> 8 & 0x7f);
        payload[2] = (byte) frame;
        payload[3] = (byte) (spatial << 1);
        payload[4] = (byte) (inter ? 2 : 0x82);
        System.arraycopy(
                new byte[] {(byte) 0x82, 0x49, (byte) 0x83, 0x42, 0, 0x77, (byte) 0xf0, 0x43},
                0,
                payload,
                inter ? 5 : 4,
                8);
        assertEquals(key && spatial == 0, PayloadDescription.startsKeyFrame(CodecTest.describe(codec, payload)));
        return packet(payload, last);
    }

    private boolean packet(byte[] payload, boolean last) {
        TestPacket packet = new TestPacket()
                .sequence((int) sequence & 0xffff)
                .timestamp((long) frame * FRAME_TICKS)
                .payload(payload);
        byte[] bytes = (last ? packet.marker() : packet).bytes();
        MemorySegment segment = MemorySegment.ofArray(bytes);
        assertEquals(0, header.parse(segment, 0, bytes.length));
        nowNs = 1_000_000_000L + frame * 40_000_000L;
        log.append(header, NO_IDS, CodecTest.describe(codec, payload), sequence++, nowNs);
        assertTrue(reader.next());
        if (!filter.passes(reader, nowNs)) {
            rewriter.skip(reader);
            return false;
        }
        rewriter.endPicturesAt(filter.spatial());
        int length = rewriter.write(reader, out, 0, 1_500, 0, nowNs);
        if (length < 0) {
            return false;
        }
        assertEquals(0, header.parse(out, 0, length));
        sequences.add(header.sequenceNumber());
        assertEquals(reader.extendedSequence(), rewriter.sourceSequence(header.sequenceNumber()));
        if (!sequences.isEmpty() && extended.size() > 40) {
            int earlier = sequences.size() - 20;
            assertEquals(extended.get(earlier), rewriter.sourceSequence(sequences.get(earlier)));
        }
        extended.add(reader.extendedSequence());
        markers.add(header.marker());
        int at = codec == Codec.VP8 ? 2 : 1;
        pictures.add((int) out.get(java.lang.foreign.ValueLayout.JAVA_BYTE, header.payloadOffset() + at) << 8 & 0x7f00
                | out.get(java.lang.foreign.ValueLayout.JAVA_BYTE, header.payloadOffset() + at + 1) & 0xff);
        return true;
    }
}
